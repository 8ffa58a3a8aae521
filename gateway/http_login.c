/* Logging in and out and invites over HTTP, and what all that waits for Redis shares (see http_export.c, too).
 *
 * Log in:  Basic -> limits -> router login -> check the password (another thread) -> router session_put -> cookie
 * Invite:  Basic -> limits -> hash the password (another thread) -> router invite_use -> router session_put -> cookie
 * An exchange carries such a chain; its ticket is kind, generation and index, so a late reply finds nothing to spoil.
 */
#include "gateway/http_parts.h"
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* One password on another thread. */
struct check {
    uv_work_t work;
    struct check *next;
    struct http *http; /* NULL = closed meanwhile */
    uint64_t ticket;
    bool making; /* a hash, instead of checking one */
    bool right;
    char password[AUTH_PASSWORD_MAX + 1];
    size_t password_len;
    char hash[AUTH_HASH_SIZE];
};

static struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

static void tell(const struct http *h, const char *level, const char *what, const struct exchange *x)
{
    if (h->services.tell)
        h->services.tell(h->services.owner, level, what, x->agent[0] ? x->agent : NULL, &x->client);
}

/* --- Exchanges */

uint64_t http_exchange_ticket(const struct http *h, const struct exchange *x)
{
    return (uint64_t)HTTP_TICKET_KIND << 56 | (uint64_t)x->generation << 16 | (uint64_t)(x - h->exchange);
}

static struct exchange *exchange_of(struct http *h, uint64_t ticket)
{
    struct exchange *x = &h->exchange[ticket & (EXCHANGES_MAX - 1)];
    return x->taken && http_exchange_ticket(h, x) == ticket ? x : NULL;
}

static void busy(struct lws *wsi, struct session *s, const char *message)
{
    http_refuse(wsi, s, PAGE_API, 503, "busy", message, "Retry-After: 1\r\n");
}

static struct exchange *exchange_take(const struct request *q)
{
    struct http *h = q->http;
    for (uint32_t i = 0; i < EXCHANGES_MAX; i++) {
        struct exchange *x = &h->exchange[i];
        if (x->taken)
            continue;
        *x = (struct exchange){.wsi = q->wsi,
                               .session = q->session,
                               .generation = x->generation + 1,
                               .taken = true,
                               .secure = q->secure,
                               .client = q->client};
        q->session->waits = i + 1;
        return x;
    }
    busy(q->wsi, q->session, "Too many requests are waiting: try again in a moment.");
    return NULL;
}

static void exchange_free(struct exchange *x)
{
    uint32_t generation = x->generation;
    sodium_memzero(x, sizeof *x);
    x->generation = generation;
}

void http_exchange_dropped(struct http *h, uint32_t waits)
{
    h->exchange[waits - 1].wsi = NULL;
    h->exchange[waits - 1].session = NULL;
}

void http_exchange_finish(struct exchange *x, const struct answer *a)
{
    if (x->wsi)
        http_answer(x->wsi, x->session, a);
    else
        free(a->owned);
    exchange_free(x);
}

void http_exchange_refused(struct exchange *x, int status, const char *code, const char *message)
{
    if (x->wsi)
        http_refuse(x->wsi, x->session, PAGE_API, status, code, message, status == 503 ? "Retry-After: 1\r\n" : NULL);
    exchange_free(x);
}

void http_exchange_busy(struct exchange *x)
{
    http_exchange_refused(x, 503, "busy", "The message store does not answer: try again in a moment.");
}

static void finish_wrong(struct http *h, struct exchange *x)
{
    h->counts.logins_failed++;
    tell(h, "warn", "login refused", x);
    http_exchange_refused(x, 401, "wrong_login", "Name or password is wrong.");
}

static void finish_cookie(struct exchange *x, const char *token)
{
    char cookie[160];
    struct answer a = {.status = 204, .page = PAGE_API};
    if (auth_cookie_header(token, x->secure, cookie, sizeof cookie))
        snprintf(a.extra, sizeof a.extra, "Set-Cookie: %s\r\nCache-Control: no-store\r\n", cookie);
    http_exchange_finish(x, &a);
}

/* --- Password checks */

static void check_work(uv_work_t *work)
{
    struct check *c = work->data;
    struct span password = {c->password, c->password_len};
    c->right = c->making ? auth_password_hash(password, c->hash) : auth_password_right(c->hash, password);
    sodium_memzero(c->password, sizeof c->password);
}

static void check_next(struct http *h);
static void checked(struct http *h, struct exchange *x, const struct check *c);

static void check_done(uv_work_t *work, int status)
{
    struct check *c = work->data;
    struct http *h = c->http;
    if (h) {
        struct check **at = &h->running;
        while (*at != c)
            at = &(*at)->next;
        *at = c->next;
        h->checks--;
        struct exchange *x = exchange_of(h, c->ticket);
        if (x && status == 0)
            checked(h, x, c);
        else if (x)
            http_exchange_busy(x);
        check_next(h);
    }
    sodium_memzero(c, sizeof *c);
    free(c);
}

static void check_next(struct http *h)
{
    while (h->waiting && h->checks < CHECKS_AT_ONCE) {
        struct check *c = h->waiting;
        h->waiting = c->next;
        if (!h->waiting)
            h->waiting_end = &h->waiting;
        c->next = h->running;
        h->running = c;
        h->checks++;
        uv_queue_work(h->services.loop, &c->work, check_work, check_done);
    }
}

static void check_begin(struct http *h, struct exchange *x, bool making, struct span hash)
{
    struct check *c = calloc(1, sizeof *c);
    if (!c || hash.len >= sizeof c->hash) {
        free(c);
        http_exchange_busy(x);
        return;
    }
    c->work.data = c;
    c->http = h;
    c->ticket = http_exchange_ticket(h, x);
    c->making = making;
    memcpy(c->password, x->basic.password, sizeof c->password);
    c->password_len = x->basic.password_len;
    if (hash.len)
        memcpy(c->hash, hash.at, hash.len);
    auth_basic_forget(&x->basic);
    *h->waiting_end = c;
    h->waiting_end = &c->next;
    check_next(h);
}

void http_checks_forget(struct http *h)
{
    for (struct check *c = h->running; c; c = c->next)
        c->http = NULL;
    for (struct check *c = h->waiting, *next; c; c = next) {
        next = c->next;
        sodium_memzero(c, sizeof *c);
        free(c);
    }
    for (size_t i = 0; i < EXCHANGES_MAX; i++)
        exchange_free(&h->exchange[i]);
}

static void open_session(struct http *h, struct exchange *x)
{
    auth_token_new(x->token);
    auth_token_hash(span_of(x->token), x->token_hash);
    if (!router_session_put(h->services.router, http_exchange_ticket(h, x), span_of(x->token_hash), span_of(x->agent)))
        http_exchange_busy(x);
}

static void checked(struct http *h, struct exchange *x, const struct check *c)
{
    if (c->making && c->right) {
        if (!router_invite_use(h->services.router, http_exchange_ticket(h, x), span_of(x->token_hash),
                               span_of(c->hash)))
            http_exchange_busy(x);
    } else if (c->making) {
        http_exchange_busy(x);
    } else if (c->right) {
        open_session(h, x);
    } else {
        finish_wrong(h, x);
    }
}

/* --- Routes */

/* Only our own pages may change a session: a shop on a sibling domain is "same site" to the cookie. */
static bool foreign(const struct request *q)
{
    if (!q->origin.len || auth_origin_own(q->origin, q->host, q->secure))
        return false;
    http_refuse(q->wsi, q->session, PAGE_API, 403, "forbidden", "Another site may not do this.", NULL);
    return true;
}

/* Counts an attempt against the address and the name; true (and answered) when there were too many. */
static bool limited(const struct request *q, struct span name)
{
    struct http *h = q->http;
    int64_t now = (int64_t)(uv_hrtime() / 1000000);
    char address[INET6_ADDRSTRLEN], extra[40];
    auth_address_text(&q->client, address);
    uint32_t wait_s = 0;
    if (!h->services.no_address_limits)
        wait_s = auth_attempt(&h->attempts, 'a', span_of(address), ATTEMPTS_A_MINUTE, now);
    if (!wait_s && name.len)
        wait_s = auth_attempt(&h->attempts, 'n', name, ATTEMPTS_A_MINUTE, now);
    if (!wait_s)
        return false;
    h->counts.logins_limited++;
    snprintf(extra, sizeof extra, "Retry-After: %u\r\n", wait_s);
    http_refuse(q->wsi, q->session, PAGE_API, 429, "slow_down", "Too many attempts: wait a minute.", extra);
    return true;
}

static bool read_basic(const struct request *q, struct basic *out)
{
    char header[512];
    bool right = auth_basic(http_header(q->wsi, WSI_TOKEN_HTTP_AUTHORIZATION, header, sizeof header), out);
    sodium_memzero(header, sizeof header);
    if (!right)
        http_refuse(q->wsi, q->session, PAGE_API, 401, "wrong_login", "Authorization: Basic is missing or malformed.",
                    NULL);
    return right;
}

static void log_in(const struct request *q)
{
    struct basic basic;
    if (foreign(q) || !read_basic(q, &basic))
        return;
    struct span name = {basic.user, basic.user_len};
    struct exchange *x = limited(q, name) ? NULL : exchange_take(q);
    if (x) {
        x->purpose = EXCHANGE_LOGIN;
        x->basic = basic;
        if (!auth_agent_id(name)) {
            check_begin(q->http, x, false, (struct span){0}); /* no such name: takes as long as a wrong password */
        } else {
            memcpy(x->agent, basic.user, basic.user_len + 1);
            if (!router_login(q->http->services.router, http_exchange_ticket(q->http, x), name))
                http_exchange_busy(x);
        }
    }
    auth_basic_forget(&basic);
}

void http_invite_route(const struct request *q)
{
    struct basic basic;
    if (foreign(q) || !read_basic(q, &basic))
        return;
    struct span token = {basic.user, basic.user_len};
    const char *refusal = auth_password_refusal((struct span){basic.password, basic.password_len});
    struct exchange *x = NULL;
    if (limited(q, (struct span){0}))
        goto done;
    if (!auth_token_valid(token))
        http_refuse(q->wsi, q->session, PAGE_API, 410, "invite_gone", "This invite is used up or too old.", NULL);
    else if (refusal)
        http_refuse(q->wsi, q->session, PAGE_API, 400, "bad_password", refusal, NULL);
    else
        x = exchange_take(q);
    if (x) {
        x->purpose = EXCHANGE_INVITE;
        x->basic = basic;
        auth_token_hash(token, x->token_hash);
        check_begin(q->http, x, true, (struct span){0});
    }
done:
    auth_basic_forget(&basic);
}

struct exchange *http_with_session(const struct request *q)
{
    char hash[65];
    if (!http_session_hash(q->http, q->wsi, hash)) {
        http_refuse(q->wsi, q->session, PAGE_API, 401, "not_logged_in", "Log in first.", NULL);
        return NULL;
    }
    struct exchange *x = exchange_take(q);
    if (x)
        memcpy(x->token_hash, hash, sizeof hash);
    return x;
}

static void log_out(const struct request *q)
{
    if (foreign(q))
        return;
    struct exchange *x = http_with_session(q);
    if (!x)
        return;
    x->purpose = EXCHANGE_LOGOUT;
    if (!router_session_del(q->http->services.router, http_exchange_ticket(q->http, x), span_of(x->token_hash)))
        http_exchange_busy(x);
}

void http_find_session(struct http *h, struct exchange *x)
{
    if (!router_session_get(h->services.router, http_exchange_ticket(h, x), span_of(x->token_hash)))
        http_exchange_busy(x);
}

void http_session_route(const struct request *q)
{
    if (q->method == METHOD_POST) {
        log_in(q);
    } else if (q->method == METHOD_DELETE) {
        log_out(q);
    } else {
        struct exchange *x = http_with_session(q);
        if (!x)
            return;
        x->purpose = EXCHANGE_WHO;
        http_find_session(q->http, x);
    }
}

/* --- Replies */

static void answer_who(struct exchange *x, const struct result *r)
{
    json_t *agent = json_pack("{s:s%, s:s%, s:b}", "id", r->agent.at, r->agent.len, "name", r->name.at, r->name.len,
                              "supervisor", r->supervisor);
    json_t *all = json_pack("{s:o}", "agent", agent);
    char *body = all ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    if (!body) {
        http_exchange_busy(x);
        return;
    }
    struct answer a = {
        .status = 200, .page = PAGE_API, .type = "application/json", .body = body, .owned = body, .len = strlen(body)};
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n");
    http_exchange_finish(x, &a);
}

static void on_ok(struct http *h, struct exchange *x, enum router_op op, const struct result *r)
{
    switch (op) {
    case ROUTER_LOGIN:
        check_begin(h, x, false, r->json);
        return;
    case ROUTER_INVITE_USE:
        if (r->agent.len >= sizeof x->agent) {
            http_exchange_busy(x);
            return;
        }
        memcpy(x->agent, r->agent.at, r->agent.len);
        tell(h, "info", "password set by invite", x);
        open_session(h, x);
        return;
    case ROUTER_SESSION_PUT:
        h->counts.logins++;
        tell(h, "info", "logged in", x);
        finish_cookie(x, x->token);
        return;
    case ROUTER_SESSION_DEL:
        if (h->services.logged_out)
            h->services.logged_out(h->services.owner, x->token_hash);
        finish_cookie(x, NULL);
        return;
    case ROUTER_SESSION_GET:
        if (x->purpose == EXCHANGE_WHO)
            answer_who(x, r);
        else if (!http_export_ask(h, x, r->agent))
            http_exchange_busy(x);
        return;
    case ROUTER_TRANSCRIPT:
    case ROUTER_REPORT:
        http_export_answer(x, r->json);
        return;
    default:
        http_exchange_busy(x);
    }
}

static void on_refused(struct http *h, struct exchange *x, enum router_op op, const struct result *r)
{
    if (r->refusal.len == 4 && memcmp(r->refusal.at, "busy", 4) == 0)
        http_exchange_busy(x);
    else if (op == ROUTER_LOGIN)
        check_begin(h, x, false, (struct span){0});
    else if (op == ROUTER_INVITE_USE)
        http_exchange_refused(x, 410, "invite_gone", "This invite is used up or too old.");
    else if (op == ROUTER_SESSION_PUT)
        finish_wrong(h, x);
    else if (op == ROUTER_SESSION_DEL)
        finish_cookie(x, NULL);
    else if (op == ROUTER_SESSION_GET)
        http_exchange_refused(x, 401, "not_logged_in", "Log in first.");
    else
        http_export_refused(x);
}

void http_done(struct http *h, enum router_op op, uint64_t ticket, const struct result *result)
{
    struct exchange *x = exchange_of(h, ticket);
    if (!x)
        return;
    if (result->code == RESULT_OK)
        on_ok(h, x, op, result);
    else if (result->code == RESULT_REFUSED)
        on_refused(h, x, op, result);
    else
        http_exchange_busy(x);
}
