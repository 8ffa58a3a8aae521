/* A load generator for websocket servers on this machine, ours and others: one thread, one scenario, one line of JSON.
 *
 *   load SCENARIO --port N [options]
 *     idle        opens --idle sockets and holds them for --seconds
 *     handshakes  --pairs sockets connect, upgrade and reset again and again
 *     echo        --pairs sockets send and get back
 *     relay       --pairs senders, each with a receiver of its own
 *     chat        our protocol: --pairs visitors, served by as many agents as --cookies has lines; visitor says, agent
 * gets storm       our protocol: --pairs visitors with a chat each; whoever is cut connects again and resumes
 *   --path-a P --path-b P    of senders and receivers; %u is their number          --path-idle P
 *   --header-a H --header-b H  a request header of theirs
 *   --prefix P --suffix S    around each text (socket.io wants 42["m"," and "])     --socketio  its handshake and pings
 *   --cookies FILE           a Cookie header's value a line: one agent each, 50 chats an agent at most
 *   --auto                   chat: nobody asks for a person; counts acknowledgements only
 *   --hello                  idle sockets say hello as a visitor's page does
 *   --queue NAME             whose visitors they are (general)
 *   --idle N                 sockets opened beside and left silent
 *   --bytes N                of a message (200)          --depth N   messages in flight, each sender (1)
 *   --rate N                 messages a second in all, open loop: times count from when each was due. 0: closed loop
 *   --seconds S --warm S     measured (5) and not measured (1)      --messages N  instead: so many, then the end
 *   --before N               messages to exchange first, so that transcripts are long
 *   --measure NAME=PID,PID   whose CPU and memory are told; repeat it
 * Every scenario ends by itself. Loopback only. */
#define _GNU_SOURCE
#include "client.h"
#include "latency.h"
#include "process.h"
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MEASURED_MAX = 4, PIDS_MAX = 16, CHATS_AN_AGENT = 50, STALLED_S = 30, TEXT_MAX = 8192 };
enum role { IDLE, CHURN, ECHO, SENDER, RECEIVER, VISITOR, AGENT, STORM };
/* What a client waits for; READY = it may send. */
enum step { NEW, GREETED, ASKED, READY };

struct measured {
    const char *name;
    int pid[PIDS_MAX], n;
    double cpu_us;
    long resident;
};

static struct {
    const char *scenario, *path_a, *path_b, *path_idle, *prefix, *suffix, *cookies, *queue;
    char header_a[1024], header_b[1024];
    char **cookie; /* header lines, one an agent */
    unsigned idle, pairs, depth, bytes, agents, at_once;
    uint64_t messages, before;
    double rate, seconds, warm;
    int port;
    bool socketio, automatic, hello;
    struct measured measured[MEASURED_MAX];
    unsigned n_measured;
} with = {.path_a = "/",
          .path_b = "/",
          .path_idle = NULL,
          .prefix = "",
          .suffix = "",
          .queue = "general",
          .pairs = 100,
          .depth = 1,
          .bytes = 200,
          .at_once = 128,
          .seconds = 5,
          .warm = 1};

static struct clients net;
static struct client *table;
static unsigned n_table, n_ready;
static bool measuring, sending, stopped;
static struct {
    uint64_t sent, acked, delivered, churned, refused, lost, errors, resumed;
} count;
static struct latency acks, deliveries;
static char first_loss[64], first_error[160];

static void stop(int number)
{
    (void)number;
    stopped = true;
}

static void die(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(1);
}

/* ---- messages: "__tm", 16 hex digits of the moment it was due, 6 of the sender's number. Our protocol has it as the
 * mid. */

#define MARK "__tm"
enum { MARK_LEN = 4, STAMP_LEN = 26 };

static void stamp(char *out, uint64_t ns, uint32_t number)
{
    snprintf(out, STAMP_LEN + 1, MARK "%016" PRIx64 "%06" PRIx32, ns, number);
}

static bool read_stamp(const char *text, size_t len, uint64_t *ns, uint32_t *number)
{
    const char *at = memmem(text, len, MARK, MARK_LEN);
    char digits[17] = "", tail[7] = "";
    if (!at || (size_t)(text + len - at) < STAMP_LEN) {
        return false;
    }
    memcpy(digits, at + MARK_LEN, 16);
    memcpy(tail, at + MARK_LEN + 16, 6);
    *ns = strtoull(digits, NULL, 16);
    *number = (uint32_t)strtoul(tail, NULL, 16);
    return true;
}

static void say(struct client *c, uint64_t due_ns)
{
    static char text[TEXT_MAX + 256];
    char mark[STAMP_LEN + 1];
    const bool ours = c->role == VISITOR || c->role == STORM;
    int len;
    stamp(mark, due_ns, c->number);
    if (ours) {
        len = snprintf(text, sizeof text, "{\"type\":\"say\",\"mid\":\"%s\",\"text\":\"", mark);
    } else {
        len = snprintf(text, sizeof text, "%s%s", with.prefix, mark);
    }
    for (unsigned i = ours ? 0 : STAMP_LEN; i < with.bytes; i++) {
        text[len++] = i % 7 == 6 ? ' ' : (char)('a' + i % 26);
    }
    len += snprintf(text + len, sizeof text - (size_t)len, "%s", ours ? "\"}" : with.suffix);
    c->in_flight++;
    count.sent++;
    client_send(&net, c, text, (size_t)len);
}

static void refill(struct client *c)
{
    while (sending && with.rate == 0 && c->state == CLIENT_OPEN && c->in_flight < with.depth &&
           (!with.messages || count.sent < with.messages)) {
        say(c, clients_now_ns());
    }
}

static bool has(const char *text, size_t len, const char *part)
{
    return memmem(text, len, part, strlen(part)) != NULL;
}

static uint64_t number_after(const char *text, size_t len, const char *name)
{
    const char *at = memmem(text, len, name, strlen(name));
    char digits[24] = "";
    if (!at) {
        return 0;
    }
    at += strlen(name);
    for (size_t i = 0; i < sizeof digits - 1 && at + i < text + len && at[i] >= '0' && at[i] <= '9'; i++) {
        digits[i] = at[i];
    }
    return strtoull(digits, NULL, 10);
}

static void ready(struct client *c)
{
    if (c->step != READY) {
        c->step = READY;
        n_ready++;
    }
}

static void tell(struct client *c, const char *format, const char *detail)
{
    char frame[400];
    client_send(&net, c, frame, (size_t)snprintf(frame, sizeof frame, format, detail));
}

static void acknowledged(struct client *c, const char *text, size_t len)
{
    uint64_t due;
    uint32_t number;
    if (!read_stamp(text, len, &due, &number)) {
        return; /* of a wish for a person */
    }
    count.acked++;
    if (measuring) {
        latency_add(&acks, net.now_ns - due);
    }
    if (with.automatic || c->role == STORM) {
        c->in_flight--;
        refill(c);
    }
}

static void delivered(const char *text, size_t len)
{
    uint64_t due;
    uint32_t number;
    if (!read_stamp(text, len, &due, &number) || number >= n_table) {
        return;
    }
    count.delivered++;
    if (measuring) {
        latency_add(&deliveries, net.now_ns > due ? net.now_ns - due : 0);
    }
    table[number].in_flight--;
    refill(&table[number]);
}

/* ---- our protocol */

static void keep_token(struct client *c, const char *text, size_t len)
{
    static const char name[] = "\"token\":\"";
    const char *at = memmem(text, len, name, sizeof name - 1), *end;
    if (at && !c->token) {
        at += sizeof name - 1;
        end = memchr(at, '"', (size_t)(text + len - at));
        c->token = end ? strndup(at, (size_t)(end - at)) : NULL;
    }
}

static void greet(struct client *c)
{
    if (c->token) {
        tell(c, "{\"type\":\"hello\",\"lang\":\"en\",\"token\":\"%s\",\"after\":0}", c->token);
    } else {
        tell(c,
             "{\"type\":\"hello\",\"lang\":\"en\",\"queue\":\"%s\",\"page\":{\"url\":\"https://shop.example/"
             "\",\"title\":\"Shop\"}}",
             with.queue);
    }
    c->step = GREETED;
    c->due_ns = 0;
}

static void visitor_welcome(struct client *c, const char *text, size_t len)
{
    char mark[STAMP_LEN + 1];
    keep_token(c, text, len);
    if (c->role == STORM && c->chat) {
        count.resumed += number_after(text, len, "\"head\":") > 0 && number_after(text, len, "\"chat\":") == c->chat;
        ready(c);
    } else if (c->role == VISITOR && !with.automatic) {
        snprintf(mark, sizeof mark, "human-%08x", c->number);
        tell(c, "{\"type\":\"human\",\"mid\":\"%s\"}", mark);
        c->step = ASKED;
    } else if (c->role == STORM) {
        c->step = ASKED;
        say(c, clients_now_ns());
    } else {
        ready(c);
    }
}

static void visitor_text(struct client *c, const char *text, size_t len)
{
    if (memcmp(text, "{\"type\":\"ack\"", 13) == 0) {
        if (c->role == STORM && !c->chat) {
            c->chat = number_after(text, len, "\"chat\":");
            ready(c);
        }
        acknowledged(c, text, len);
    } else if (has(text, len, "\"type\":\"welcome\"")) {
        visitor_welcome(c, text, len);
    } else if (c->step == ASKED && has(text, len, "\"kind\":\"joined\"")) {
        ready(c);
    }
}

static void agent_text(struct client *c, const char *text, size_t len)
{
    char id[24];
    if (memcmp(text, "{\"type\":\"event\"", 15) == 0) {
        delivered(text, len);
    } else if (memcmp(text, "{\"type\":\"offer\"", 15) == 0) {
        snprintf(id, sizeof id, "%" PRIu64, number_after(text, len, "\"chat\":"));
        tell(c, "{\"type\":\"accept\",\"id\":\"a\",\"chat\":%s}", id);
    } else if (c->step == GREETED && has(text, len, "\"type\":\"welcome\"")) {
        tell(c, "{\"type\":\"presence\",\"id\":\"p\",\"state\":\"online\",\"capacity\":%s}", "50");
        ready(c);
    }
}

/* ---- callbacks of the net */

/* Its number among those of its role. */
static uint32_t rank(const struct client *c)
{
    const bool second = c->role == RECEIVER || c->role == AGENT;
    return c->role == IDLE ? c->number : c->number - with.idle - (second ? with.pairs : 0);
}

static void request(void *owner, const struct client *c, char *path, size_t size, const char **headers)
{
    const bool second = c->role == RECEIVER || c->role == AGENT;
    const char *form = second ? with.path_b : c->role == IDLE && with.path_idle ? with.path_idle : with.path_a;
    const char *place = strstr(form, "%u");
    (void)owner;
    if (place) {
        snprintf(path, size, "%.*s%u%s", (int)(place - form), form, rank(c), place + 2);
    } else {
        snprintf(path, size, "%s", form);
    }
    *headers = c->role == AGENT ? with.cookie[rank(c)] : second ? with.header_b : with.header_a;
}

static void opened(void *owner, struct client *c)
{
    (void)owner;
    c->step = NEW;
    if (c->role == CHURN) {
        count.churned++;
        client_cut(&net, c);
    } else if (c->role == AGENT) {
        tell(c, "{\"type\":\"hello\",\"id\":\"%s\"}", "h");
        c->step = GREETED;
    } else if (c->role == VISITOR || c->role == STORM || (c->role == IDLE && with.hello)) {
        greet(c);
    } else if (!with.socketio) {
        ready(c);
    }
}

static void socketio_text(struct client *c, const char *text, size_t len)
{
    if (c->step == NEW && text[0] == '0') {
        tell(c, "40%s", "");
    } else if (c->step == NEW && len >= 2 && text[0] == '4' && text[1] == '0') {
        ready(c);
    } else if (len == 1 && text[0] == '2') {
        tell(c, "3%s", "");
    }
}

static void text(void *owner, struct client *c, const char *text, size_t len)
{
    (void)owner;
    if (len >= 15 && memcmp(text, "{\"type\":\"error\"", 15) == 0) {
        if (c->role == STORM && c->step != READY && has(text, len, "\"code\":\"busy\"")) { /* tries again, as asked */
            c->due_ns = net.now_ns + number_after(text, len, "\"retry_after_ms\":") * 1000000u;
        } else if (!count.errors++) {
            snprintf(first_error, sizeof first_error, "%.*s", (int)len, text);
        }
        return;
    }
    if (with.socketio && c->step != READY) {
        socketio_text(c, text, len);
    } else if (len < 15) {
        if (with.socketio) {
            socketio_text(c, text, len);
        }
    } else if (c->role == VISITOR || c->role == STORM || (c->role == IDLE && with.hello)) {
        visitor_text(c, text, len);
    } else if (c->role == AGENT) {
        agent_text(c, text, len);
    } else if (c->role == ECHO || c->role == RECEIVER) {
        delivered(text, len);
    }
}

static void gone(void *owner, struct client *c, const char *why)
{
    (void)owner;
    count.lost++;
    n_ready -= c->step == READY;
    c->step = NEW;
    if (!first_loss[0]) {
        snprintf(first_loss, sizeof first_loss, "%s", why);
    }
    if (c->role == STORM) { /* as the widget does: at once, then with back-off and jitter */
        c->due_ns = clients_now_ns() + (uint64_t)(rand() % 500) * 1000000u;
    }
}

/* ---- phases */

static void run_for(double seconds)
{
    const uint64_t end = clients_now_ns() + (uint64_t)(seconds * 1e9);
    while (!stopped && clients_now_ns() < end) {
        clients_turn(&net, 20);
    }
}

static void add(enum role role)
{
    table[n_table] = (struct client){.fd = -1, .number = n_table, .role = (uint8_t)role};
    n_table++;
}

/* Whoever was told to try again later: says hello, or the first words, once more. */
static void try_again(unsigned from, unsigned to)
{
    const uint64_t now = clients_now_ns();
    for (unsigned i = from; i < to; i++) {
        struct client *c = &table[i];
        if (c->role != STORM || c->state != CLIENT_OPEN || c->step == READY || !c->due_ns || now < c->due_ns) {
            continue;
        }
        c->due_ns = 0;
        if (c->step == ASKED) {
            say(c, now);
        } else {
            greet(c);
        }
    }
}

/* Opens table[from … to), at most at_once not yet ready at a time. */
static void open_all(unsigned from, unsigned to)
{
    const unsigned before = n_ready;
    unsigned next = from, seen = n_ready;
    uint64_t progress = clients_now_ns();
    while (!stopped && n_ready - before < to - from) {
        while (next < to && next - from - (n_ready - before) < with.at_once) {
            client_connect(&net, &table[next++]);
        }
        clients_turn(&net, 50);
        try_again(from, next);
        if (n_ready != seen) {
            seen = n_ready;
            progress = clients_now_ns();
        }
        if (count.lost || clients_now_ns() - progress > STALLED_S * UINT64_C(1000000000)) {
            fprintf(stderr, "load: %u of %u sockets became ready; %s %s\n", n_ready - before, to - from,
                    count.lost ? first_loss : "nothing happens any more", first_error);
            exit(1);
        }
    }
}

static void note_use(struct measured *m)
{
    m->cpu_us = 0;
    m->resident = 0;
    for (int i = 0; i < m->n; i++) {
        m->cpu_us += process_cpu_us(m->pid[i]);
        m->resident += process_resident(m->pid[i]);
    }
}

static uint64_t began_ns;
static double own_cpu_us;
static struct measured before[MEASURED_MAX];

static void start_measuring(void)
{
    memset(&count, 0, sizeof count);
    measuring = true;
    for (unsigned i = 0; i < with.n_measured; i++) {
        before[i] = with.measured[i];
        note_use(&before[i]);
    }
    own_cpu_us = process_cpu_us(getpid());
    began_ns = clients_now_ns();
}

/* The line: what every scenario tells. `done` = what the CPU time is divided by. */
static void report(uint64_t done)
{
    const double seconds = (double)(clients_now_ns() - began_ns) / 1e9;
    printf("{\"scenario\":\"%s\",\"seconds\":%.3f,\"done\":%" PRIu64 ",\"per_s\":%.1f", with.scenario, seconds, done,
           (double)done / seconds);
    for (unsigned i = 0; i < with.n_measured; i++) {
        struct measured now = with.measured[i];
        note_use(&now);
        printf(",\"%s\":{\"cpu_us\":%.3f,\"cpu_share\":%.3f,\"resident\":%ld,\"grown\":%ld}", now.name,
               (now.cpu_us - before[i].cpu_us) / (double)(done ? done : 1),
               (now.cpu_us - before[i].cpu_us) / seconds / 1e6, now.resident, now.resident - before[i].resident);
    }
    printf(",\"generator_share\":%.3f,\"sent\":%" PRIu64 ",\"acked\":%" PRIu64 ",\"delivered\":%" PRIu64
           ",\"lost\":%" PRIu64 ",\"errors\":%" PRIu64,
           (process_cpu_us(getpid()) - own_cpu_us) / seconds / 1e6, count.sent, count.acked, count.delivered,
           count.lost, count.errors);
    if (deliveries.n) {
        printf(",\"delivery_us\":{\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}", latency_us(&deliveries, .5),
               latency_us(&deliveries, .99), latency_us(&deliveries, .999), (double)deliveries.max_ns / 1e3);
    }
    if (acks.n) {
        printf(",\"ack_us\":{\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}", latency_us(&acks, .5),
               latency_us(&acks, .99), latency_us(&acks, .999), (double)acks.max_ns / 1e3);
    }
    if (first_loss[0]) {
        printf(",\"first_loss\":\"%s\"", first_loss);
    }
    puts("}");
    if (first_error[0]) {
        fprintf(stderr, "load: the first error: %s\n", first_error);
    }
}

/* Lets what is under way arrive, so that nothing sent goes uncounted. */
static void settle(unsigned first, unsigned n)
{
    const uint64_t until = clients_now_ns() + UINT64_C(10000000000);
    bool under_way = true;
    sending = false;
    while (!stopped && under_way && clients_now_ns() < until) {
        under_way = false;
        for (unsigned i = first; i < first + n && !under_way; i++) {
            under_way = table[i].in_flight > 0 && table[i].state == CLIENT_OPEN;
        }
        if (under_way) {
            clients_turn(&net, 5);
        }
    }
}

static uint64_t done_so_far(void)
{
    return with.automatic ? count.acked : count.delivered;
}

static void closed_loop(unsigned first, unsigned n)
{
    sending = true;
    if (with.messages) {
        start_measuring();
    }
    for (unsigned i = first; i < first + n; i++) {
        refill(&table[i]);
    }
    if (with.messages) {
        while (!stopped && !count.lost && done_so_far() < with.messages) {
            clients_turn(&net, 50);
        }
    } else {
        run_for(with.warm);
        start_measuring();
        run_for(with.seconds);
    }
}

/* Messages leave when they are due, whatever came back; the loop spins so that none is late by a sleep. */
static void open_loop(unsigned first, unsigned n)
{
    const uint64_t start = clients_now_ns(), warm = (uint64_t)(with.warm * 1e9),
                   all = warm + (uint64_t)(with.seconds * 1e9);
    for (uint64_t k = 0, passed = 0; !stopped && passed < all; passed = clients_now_ns() - start) {
        if (!measuring && passed >= warm) {
            start_measuring();
        }
        for (; (double)k * 1e9 / with.rate <= (double)passed; k++) {
            struct client *c = &table[first + k % n];
            if (c->step == READY) {
                say(c, start + (uint64_t)((double)k * 1e9 / with.rate));
            }
        }
        clients_turn(&net, 0);
    }
}

/* So many messages before anything is measured. */
static void prelude(unsigned first, unsigned n)
{
    const double rate = with.rate;
    with.rate = 0;
    sending = true;
    for (unsigned i = first; with.before && i < first + n; i++) {
        refill(&table[i]);
    }
    while (!stopped && !count.lost && done_so_far() < with.before) {
        clients_turn(&net, 50);
    }
    settle(first, n);
    with.rate = rate;
}

static void messages(unsigned first, unsigned n)
{
    prelude(first, n);
    if (with.rate > 0) {
        open_loop(first, n);
    } else {
        closed_loop(first, n);
    }
    measuring = false;
    report(done_so_far());
    settle(first, n);
}

/* Opens table[from …] and tells what one socket costs the measured processes. */
static void open_and_weigh(unsigned from, const char *what)
{
    struct measured was[MEASURED_MAX];
    const unsigned n = n_table - from;
    for (unsigned i = 0; i < with.n_measured; i++) {
        was[i] = with.measured[i];
        note_use(&was[i]);
    }
    open_all(from, n_table);
    run_for(0.5);
    for (unsigned i = 0; n && i < with.n_measured; i++) {
        struct measured now = with.measured[i];
        note_use(&now);
        fprintf(stderr, "{\"opened\":\"%s\",\"process\":\"%s\",\"n\":%u,\"bytes\":%.0f,\"cpu_us\":%.1f}\n", what,
                was[i].name, n, (double)(now.resident - was[i].resident) / n, (now.cpu_us - was[i].cpu_us) / n);
    }
}

/* ---- scenarios */

static void scenario_handshakes(void)
{
    const unsigned first = n_table;
    for (unsigned i = 0; i < with.pairs; i++) {
        add(CHURN);
    }
    const uint64_t warm_end = clients_now_ns() + (uint64_t)(with.warm * 1e9);
    uint64_t end = UINT64_MAX;
    while (!stopped && clients_now_ns() < end) {
        for (unsigned i = first; i < n_table; i++) {
            if (table[i].state == CLIENT_IDLE) {
                client_connect(&net, &table[i]);
            }
        }
        clients_turn(&net, 20);
        if (!measuring && clients_now_ns() > warm_end) {
            start_measuring();
            end = clients_now_ns() + (uint64_t)(with.seconds * 1e9);
        }
    }
    report(count.churned);
}

static void scenario_relay(enum role a, bool receivers)
{
    const unsigned first = n_table;
    for (unsigned i = 0; i < with.pairs; i++) {
        add(a);
    }
    for (unsigned i = 0; receivers && i < with.pairs; i++) {
        add(RECEIVER);
    }
    open_all(first + with.pairs, n_table); /* receivers first */
    open_all(first, first + with.pairs);
    run_for(0.3);
    messages(first, with.pairs);
}

static void read_cookies(void)
{
    char line[512];
    FILE *file = with.cookies ? fopen(with.cookies, "r") : NULL;
    with.cookie = calloc(1000, sizeof *with.cookie);
    while (file && with.agents < 1000 && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (asprintf(&with.cookie[with.agents], "Sec-WebSocket-Protocol: firstline.agent.v1\r\nCookie: %s\r\n", line) <
            0) {
            die("no memory");
        }
        with.agents++;
    }
    if (file) {
        fclose(file);
    }
    if (!with.automatic && with.agents * CHATS_AN_AGENT < with.pairs) {
        die("chat: --cookies names a file with a line an agent, and an agent serves 50 visitors");
    }
}

static void scenario_chat(void)
{
    const unsigned first = n_table;
    for (unsigned i = 0; i < with.pairs; i++) {
        add(VISITOR);
    }
    for (unsigned i = 0; !with.automatic && i < with.agents; i++) {
        add(AGENT);
    }
    open_all(first + with.pairs, n_table);
    open_all(first, first + with.pairs);
    run_for(0.3);
    messages(first, with.pairs);
}

static unsigned open_now(unsigned first)
{
    unsigned n = 0;
    for (unsigned i = first; i < n_table; i++) {
        n += table[i].state == CLIENT_OPEN && table[i].step == READY;
    }
    return n;
}

/* Says "ready" when all have a chat; then waits to be cut off, and tells how long it took until the last was back. */
static void scenario_storm(void)
{
    const unsigned first = n_table;
    const uint64_t second = UINT64_C(1000000000);
    uint64_t cut_ns = 0, until = 0;
    for (unsigned i = 0; i < with.pairs; i++) {
        add(STORM);
    }
    open_and_weigh(first, "chat");
    fprintf(stderr, "ready\n");
    until = clients_now_ns() + (uint64_t)(with.seconds * 1e9);
    while (!stopped && clients_now_ns() < until) {
        clients_turn(&net, 5);
        const uint64_t now = clients_now_ns();
        try_again(first, n_table);
        if (count.lost && !cut_ns) {
            cut_ns = now;
            start_measuring();
            count.lost = 1;
            until = now + 120 * second;
        }
        for (unsigned i = first; cut_ns && i < n_table; i++) {
            if (table[i].state == CLIENT_IDLE && now >= table[i].due_ns) {
                client_connect(&net, &table[i]);
            }
        }
        if (cut_ns && now - cut_ns > second / 10 && open_now(first) == with.pairs) {
            break;
        }
    }
    report(count.resumed);
}

static void scenario_idle(void)
{
    start_measuring();
    run_for(with.seconds);
    report(with.idle);
}

static void open_idle(void)
{
    for (unsigned i = 0; i < with.idle; i++) {
        add(IDLE);
    }
    open_and_weigh(0, "idle");
}

/* ---- options */

static void add_header(char *to, size_t size, const char *line)
{
    const size_t len = strlen(to);
    snprintf(to + len, size - len, "%s\r\n", line);
}

static void add_measured(char *text)
{
    char *list = strchr(text, '='), *rest = NULL;
    if (!list || with.n_measured == MEASURED_MAX) {
        die("--measure takes NAME=PID,PID, at most four times");
    }
    *list++ = '\0';
    struct measured *m = &with.measured[with.n_measured++];
    m->name = text;
    for (char *pid = strtok_r(list, ",", &rest); pid && m->n < PIDS_MAX; pid = strtok_r(NULL, ",", &rest)) {
        m->pid[m->n++] = atoi(pid);
    }
}

static const struct option known[] = {
    {"port", 1, NULL, 'p'},     {"path-a", 1, NULL, 'a'},   {"path-b", 1, NULL, 'b'}, {"path-idle", 1, NULL, 'i'},
    {"header-a", 1, NULL, 'A'}, {"header-b", 1, NULL, 'B'}, {"prefix", 1, NULL, 'x'}, {"suffix", 1, NULL, 'y'},
    {"socketio", 0, NULL, 'S'}, {"cookies", 1, NULL, 'c'},  {"auto", 0, NULL, 'u'},   {"hello", 0, NULL, 'h'},
    {"idle", 1, NULL, 'I'},     {"pairs", 1, NULL, 'n'},    {"bytes", 1, NULL, 's'},  {"depth", 1, NULL, 'D'},
    {"rate", 1, NULL, 'R'},     {"seconds", 1, NULL, 'T'},  {"warm", 1, NULL, 'W'},   {"messages", 1, NULL, 'N'},
    {"before", 1, NULL, 'F'},   {"measure", 1, NULL, 'm'},  {"queue", 1, NULL, 'q'},  {NULL, 0, NULL, 0}};

static void take_option(int option, char *value)
{
    switch (option) {
    case 'p':
        with.port = atoi(value);
        break;
    case 'a':
        with.path_a = value;
        break;
    case 'b':
        with.path_b = value;
        break;
    case 'i':
        with.path_idle = value;
        break;
    case 'A':
        add_header(with.header_a, sizeof with.header_a, value);
        break;
    case 'B':
        add_header(with.header_b, sizeof with.header_b, value);
        break;
    case 'x':
        with.prefix = value;
        break;
    case 'y':
        with.suffix = value;
        break;
    case 'S':
        with.socketio = true;
        break;
    case 'c':
        with.cookies = value;
        break;
    case 'q':
        with.queue = value;
        break;
    case 'u':
        with.automatic = true;
        break;
    case 'h':
        with.hello = true;
        break;
    case 'I':
        with.idle = (unsigned)atoi(value);
        break;
    case 'n':
        with.pairs = (unsigned)atoi(value);
        break;
    case 's':
        with.bytes = (unsigned)atoi(value);
        break;
    case 'D':
        with.depth = (unsigned)atoi(value);
        break;
    case 'R':
        with.rate = atof(value);
        break;
    case 'T':
        with.seconds = atof(value);
        break;
    case 'W':
        with.warm = atof(value);
        break;
    case 'N':
        with.messages = strtoull(value, NULL, 10);
        break;
    case 'F':
        with.before = strtoull(value, NULL, 10);
        break;
    case 'm':
        add_measured(value);
        break;
    default:
        die("the head of tests/load/load.c tells the usage");
    }
}

static void take_options(int argc, char **argv)
{
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        take_option(option, optarg);
    }
    with.scenario = optind < argc ? argv[optind] : "";
    if (with.bytes > TEXT_MAX || with.pairs > 100000 || with.idle > 100000 || with.port < 1) {
        die("--port N; --bytes at most 8192, --pairs and --idle at most 100000");
    }
}

int main(int argc, char **argv)
{
    struct rlimit files;
    take_options(argc, argv);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    net = (struct clients){.request = request, .open = opened, .text = text, .gone = gone};
    if (!clients_start(&net, with.port)) {
        die("no epoll");
    }
    table = calloc(with.idle + 2 * with.pairs + 1000, sizeof *table);
    if (!table) {
        die("no memory");
    }
    open_idle();
    if (!strcmp(with.scenario, "idle")) {
        scenario_idle();
    } else if (!strcmp(with.scenario, "handshakes")) {
        scenario_handshakes();
    } else if (!strcmp(with.scenario, "echo")) {
        scenario_relay(ECHO, false);
    } else if (!strcmp(with.scenario, "relay")) {
        scenario_relay(SENDER, true);
    } else if (!strcmp(with.scenario, "chat")) {
        read_cookies();
        scenario_chat();
    } else if (!strcmp(with.scenario, "storm")) {
        scenario_storm();
    } else {
        die("the scenarios: idle, handshakes, echo, relay, chat, storm");
    }
    return stopped ? 130 : count.errors ? 1 : 0;
}
