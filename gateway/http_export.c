/* What a logged-in agent takes away over HTTP: transcripts and reports.
 *
 * Cookie -> router session_get -> router transcript or report -> the document */
#include "gateway/http_parts.h"
#include "gateway/transcript.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* N or N.txt after /api/v1/chats/ */
static bool read_chat(struct span path, uint64_t *chat, bool *as_text)
{
    static const char prefix[] = "/api/v1/chats/", ending[] = ".txt";
    char rest[32] = "";
    size_t len = path.len - (sizeof prefix - 1);
    if (len == 0 || len >= sizeof rest)
        return false;
    memcpy(rest, path.at + sizeof prefix - 1, len);
    size_t digits = strspn(rest, "0123456789");
    *as_text = strcmp(rest + digits, ending) == 0;
    *chat = strtoull(rest, NULL, 10);
    return digits > 0 && digits <= 15 && *chat > 0 && (*as_text || rest[digits] == '\0') && strlen(rest) == len;
}

void http_chat_route(const struct request *q)
{
    uint64_t chat = 0;
    bool as_text = false;
    if (!read_chat(q->path, &chat, &as_text)) {
        http_refuse(q->wsi, q->session, PAGE_API, 404, "no_such_chat", "There is no such chat.", NULL);
        return;
    }
    struct exchange *x = http_with_session(q);
    if (!x)
        return;
    x->purpose = EXCHANGE_CHAT;
    x->chat = chat;
    x->as_text = as_text;
    http_find_session(q->http, x);
}

static void read_word(struct lws *wsi, const char *name, char *out, size_t size)
{
    char word[1024];
    const char *value = lws_get_urlarg_by_name(wsi, name, word, sizeof word);
    snprintf(out, size, "%s", value ? value : "");
}

void http_report_route(const struct request *q)
{
    struct exchange *x = http_with_session(q);
    if (!x)
        return;
    x->purpose = EXCHANGE_REPORT;
    x->as_text = http_path_is(q, "/api/v1/report.csv");
    read_word(q->wsi, "from=", x->from, sizeof x->from);
    read_word(q->wsi, "to=", x->to, sizeof x->to);
    read_word(q->wsi, "by=", x->by, sizeof x->by);
    http_find_session(q->http, x);
}

static struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

bool http_export_ask(struct http *h, struct exchange *x, struct span agent)
{
    if (x->purpose == EXCHANGE_CHAT)
        return router_transcript(h->services.router, http_exchange_ticket(h, x), x->chat);
    const struct report_wish wish = {
        .agent = agent, .from = span_of(x->from), .to = span_of(x->to), .by = span_of(x->by), .csv = x->as_text};
    return router_report(h->services.router, http_exchange_ticket(h, x), &wish);
}

static void copy(struct answer *a, struct span document)
{
    a->owned = malloc(document.len ? document.len : 1);
    if (a->owned && document.len)
        memcpy(a->owned, document.at, document.len);
    a->len = document.len;
}

void http_export_answer(struct exchange *x, struct span document)
{
    struct answer a = {.status = 200, .page = PAGE_API, .type = "application/json"};
    char named[100] = "";
    if (x->purpose == EXCHANGE_CHAT && x->as_text) {
        a.type = "text/plain; charset=utf-8";
        a.owned = transcript_text(document, &a.len);
        snprintf(named, sizeof named, "Content-Disposition: attachment; filename=\"chat-%llu.txt\"\r\n",
                 (unsigned long long)x->chat);
    } else {
        copy(&a, document);
    }
    if (x->purpose == EXCHANGE_REPORT && x->as_text) {
        a.type = "text/csv; charset=utf-8";
        snprintf(named, sizeof named, "Content-Disposition: attachment; filename=\"report%s%s.csv\"\r\n",
                 *x->from ? "-" : "", x->from);
    }
    a.body = a.owned;
    if (!a.owned) {
        http_exchange_busy(x);
        return;
    }
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n%s", named);
    http_exchange_finish(x, &a);
}

void http_export_refused(struct exchange *x)
{
    if (x->purpose == EXCHANGE_REPORT)
        http_exchange_refused(x, 400, "bad_argument",
                              "Days are written like 2026-11-22, at most 92 of them; by is shop, agent, queue, "
                              "category, faq or hour.");
    else
        http_exchange_refused(x, 404, "no_such_chat", "There is no such chat.");
}
