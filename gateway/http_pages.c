/* The routes that answer at once: health, metrics, the site document, static files. */
#include "gateway/assets.h"
#include "gateway/http_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SITE_CACHE_S = 30 };

bool http_path_is(const struct request *q, const char *path)
{
    return q->path.len == strlen(path) && memcmp(q->path.at, path, q->path.len) == 0;
}

bool http_path_begins(const struct request *q, const char *prefix)
{
    return q->path.len >= strlen(prefix) && memcmp(q->path.at, prefix, strlen(prefix)) == 0;
}

static void answer_text(const struct request *q, int status, const char *text)
{
    struct answer a = {.status = status, .type = "text/plain; charset=utf-8", .owned = strdup(text)};
    a.body = a.owned;
    a.len = a.owned ? strlen(text) : 0;
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n");
    http_answer(q->wsi, q->session, &a);
}

void http_health_route(const struct request *q)
{
    answer_text(q, 200, "ok\n");
}

void http_ready_route(const struct request *q)
{
    const struct http_services *s = &q->http->services;
    char why[256] = "", line[280];
    bool ready = !s->ready || s->ready(s->owner, why, sizeof why);
    snprintf(line, sizeof line, "%s\n", ready ? "ready" : why);
    answer_text(q, ready ? 200 : 503, line);
}

/* For those who run the site: loopback and private networks only, and not through a proxy that hides who asks. */
void http_metrics_route(const struct request *q)
{
    const struct http_services *s = &q->http->services;
    struct address peer;
    bool relayed = lws_hdr_total_length(q->wsi, WSI_TOKEN_X_FORWARDED_FOR) > 0;
    bool hidden = relayed && http_peer(q->wsi, &peer) && memcmp(&peer, &q->client, sizeof peer) == 0;
    char *text = NULL;
    if (!hidden && auth_address_inside(&q->client) && s->metrics)
        text = s->metrics(s->owner);
    if (!text) {
        http_refuse(q->wsi, q->session, PAGE_PLAIN, 404, "not_found", "There is nothing here.", NULL);
        return;
    }
    struct answer a = {.status = 200,
                       .type = "text/plain; version=0.0.4; charset=utf-8",
                       .body = text,
                       .owned = text,
                       .len = strlen(text)};
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n");
    http_answer(q->wsi, q->session, &a);
}

/* True when the client has this version already. */
static bool known_by_client(const struct request *q, const char *tag)
{
    char given[512], quoted[40];
    struct span match = http_header(q->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, given, sizeof given);
    snprintf(quoted, sizeof quoted, "\"%s\"", tag);
    return match.len && strstr(given, quoted);
}

void http_site_route(const struct request *q)
{
    char words[64] = "", which[8] = "", tag[17] = "", cors[320] = "";
    const struct http_services *s = &q->http->services;
    const char *lang = lws_get_urlarg_by_name(q->wsi, "lang=", words, sizeof words);
    const char *faq = lws_get_urlarg_by_name(q->wsi, "faq=", which, sizeof which);
    bool whole = faq && strcmp(faq, "all") == 0;
    struct span wanted = {lang, lang ? strlen(lang) : 0};
    struct span document = site_document(q->http->site, wanted, whole, time(NULL), tag);
    if (!document.len) {
        http_refuse(q->wsi, q->session, PAGE_API, 503, "busy", "The gateway is starting: try again in a moment.",
                    "Retry-After: 1\r\n");
        return;
    }
    if (q->origin.len && auth_origin_allowed(q->origin, q->host, q->secure, s->n_origins, s->origins))
        snprintf(cors, sizeof cors, "Access-Control-Allow-Origin: %s\r\n", q->origin_text);
    bool known = known_by_client(q, tag);
    struct answer a = {.status = known ? 304 : 200, .page = PAGE_API};
    if (!known) {
        a.type = "application/json";
        a.owned = malloc(document.len); /* the settings may change while it is sent */
        a.body = a.owned;
        a.len = a.owned ? document.len : 0;
        if (a.owned)
            memcpy(a.owned, document.at, document.len);
    }
    snprintf(a.extra, sizeof a.extra, "ETag: \"%s\"\r\nCache-Control: public, max-age=%d\r\nVary: Origin\r\n%s", tag,
             SITE_CACHE_S, cors);
    http_answer(q->wsi, q->session, &a);
}

/* "gzip" is among the encodings, and not with q=0. */
static bool takes_gzip(struct lws *wsi)
{
    char given[256];
    if (!http_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, given, sizeof given).len)
        return false;
    const char *found = strstr(given, "gzip");
    if (!found)
        return false;
    const char *q = strstr(found, "q="), *comma = strchr(found, ',');
    return !q || (comma && q > comma) || strtod(q + 2, NULL) > 0;
}

static void answer_asset(const struct request *q, const struct asset *asset, enum page page)
{
    char tag[24];
    bool zipped = asset->gzip && takes_gzip(q->wsi);
    snprintf(tag, sizeof tag, "%s%s", asset->tag, zipped ? "-gz" : "");
    struct answer a = {.status = 304, .page = page};
    if (!known_by_client(q, tag)) {
        a.status = 200;
        a.type = asset->mime;
        a.body = zipped ? asset->gzip : asset->plain;
        a.len = zipped ? asset->gzip_len : asset->plain_len;
    }
    /* What names others by their hash, widget.js above all, is asked for each time: it never points at what is gone. */
    const char *cache = asset->immutable ? "public, max-age=31536000, immutable" : "no-cache";
    snprintf(a.extra, sizeof a.extra, "ETag: \"%s\"\r\nCache-Control: %s\r\n%s%s", tag, cache,
             asset->gzip ? "Vary: Accept-Encoding\r\n" : "",
             zipped && a.status == 200 ? "Content-Encoding: gzip\r\n" : "");
    http_answer(q->wsi, q->session, &a);
}

static void redirect(const struct request *q, int status, const char *to)
{
    struct answer a = {.status = status, .page = PAGE_PLAIN};
    snprintf(a.extra, sizeof a.extra, "Location: %s\r\nCache-Control: no-store\r\n", to);
    http_answer(q->wsi, q->session, &a);
}

void http_static_route(const struct request *q)
{
    bool demo = q->http->services.demo;
    if (http_path_is(q, "/") && !demo)
        redirect(q, 302, "/desk/");
    else if (http_path_is(q, "/desk"))
        redirect(q, 301, "/desk/");
    else if (http_path_is(q, "/demo") && demo)
        redirect(q, 301, "/demo/");
    else {
        struct span path = http_path_is(q, "/") ? (struct span){"/demo/", 6} : q->path;
        bool in_demo = http_path_begins(q, "/demo/") || http_path_is(q, "/");
        const struct asset *asset = in_demo && !demo ? NULL : assets_find(path.at, path.len);
        enum page page = in_demo ? PAGE_DEMO : http_path_begins(q, "/desk/") ? PAGE_DESK : PAGE_WIDGET;
        if (asset)
            answer_asset(q, asset, page);
        else
            http_refuse(q->wsi, q->session, PAGE_PLAIN, 404, "not_found", "There is nothing here.", NULL);
    }
}
