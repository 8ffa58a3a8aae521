/* Tokens, passwords, cookies and the like: everything that decides who may do what, without sockets or clock. */
#include "gateway/auth.h"
#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ARGON_PASSES = 2, ARGON_BYTES = 19 * 1024 * 1024, MINUTE_MS = 60000, PROBES = 8 };

static bool same(struct span s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

static bool same_caseless(struct span s, const char *text)
{
    return s.len == strlen(text) && strncasecmp(s.at, text, s.len) == 0;
}

static struct span trimmed(struct span s)
{
    for (; s.len && (*s.at == ' ' || *s.at == '\t'); s.len--)
        s.at++;
    while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* Cuts the part before `mark` (or all) off the front of *rest. */
static struct span cut(struct span *rest, char mark)
{
    const char *found = rest->len ? memchr(rest->at, mark, rest->len) : NULL;
    struct span part = {rest->at, found ? (size_t)(found - rest->at) : rest->len};
    size_t used = part.len + (found ? 1 : 0);
    rest->at += used;
    rest->len -= used;
    return part;
}

bool auth_start(void)
{
    return sodium_init() >= 0;
}

/* --- Tokens */

void auth_token_new(char out[AUTH_TOKEN_LEN + 1])
{
    unsigned char random[AUTH_TOKEN_LEN * 3 / 4];
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(out, AUTH_TOKEN_LEN + 1, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof random);
}

bool auth_token_valid(struct span token)
{
    if (token.len != AUTH_TOKEN_LEN)
        return false;
    for (size_t i = 0; i < token.len; i++) {
        char c = token.at[i], low = (char)(c | 0x20);
        if (!((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return true;
}

void auth_token_hash(struct span token, char out[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)token.at, token.len);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}

void auth_visitor_id(struct span token, char out[33])
{
    char whole[65];
    auth_token_hash(token, whole);
    memcpy(out, whole, 32);
    out[32] = '\0';
}

/* --- Passwords */

const char *auth_password_refusal(struct span password)
{
    if (password.len < AUTH_PASSWORD_MIN)
        return "The password is too short: at least 10 characters.";
    if (password.len > AUTH_PASSWORD_MAX)
        return "The password is too long: at most 128 bytes.";
    for (size_t i = 1; i < password.len; i++)
        if (password.at[i] != password.at[0])
            return NULL;
    return "The password is one character repeated: choose another.";
}

bool auth_password_hash(struct span password, char out[AUTH_HASH_SIZE])
{
    _Static_assert(AUTH_HASH_SIZE >= crypto_pwhash_STRBYTES, "room for libsodium's string");
    return crypto_pwhash_str_alg(out, password.at, password.len, ARGON_PASSES, ARGON_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool auth_password_right(const char *hash, struct span password)
{
    if (hash[0])
        return crypto_pwhash_str_verify(hash, password.at, password.len) == 0;
    unsigned char wasted[32];
    static const unsigned char salt[crypto_pwhash_SALTBYTES] = "nobody's salt";
    int made = crypto_pwhash(wasted, sizeof wasted, password.at, password.len, salt, ARGON_PASSES, ARGON_BYTES,
                             crypto_pwhash_ALG_ARGON2ID13);
    return made == 0 && false;
}

/* --- Authorization: Basic */

bool auth_basic(struct span header, struct basic *out)
{
    char plain[sizeof out->user + sizeof out->password];
    size_t len = 0;
    memset(out, 0, sizeof *out);
    struct span rest = trimmed(header), scheme = cut(&rest, ' ');
    rest = trimmed(rest);
    if (!same_caseless(scheme, "Basic") || rest.len == 0 ||
        sodium_base642bin((unsigned char *)plain, sizeof plain, rest.at, rest.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    struct span password = {plain, len}, user = cut(&password, ':');
    bool right = user.len < len && user.len > 0 && user.len < sizeof out->user && password.len < sizeof out->password &&
                 !memchr(plain, '\0', len);
    if (right) {
        memcpy(out->user, user.at, user.len);
        memcpy(out->password, password.at, password.len);
        out->user_len = user.len;
        out->password_len = password.len;
    }
    sodium_memzero(plain, sizeof plain);
    return right;
}

void auth_basic_forget(struct basic *b)
{
    sodium_memzero(b, sizeof *b);
}

bool auth_agent_id(struct span id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
            return false;
    }
    return id.len >= 1 && id.len <= 32;
}

/* --- The cookie */

bool auth_cookie(struct span header, bool secure, struct span *token)
{
    while (header.len) {
        struct span value = trimmed(cut(&header, ';')), name = cut(&value, '=');
        if (same(name, secure ? AUTH_COOKIE_SECURE : AUTH_COOKIE)) {
            *token = value;
            return auth_token_valid(value);
        }
    }
    return false;
}

bool auth_cookie_header(const char *token, bool secure, char *out, size_t size)
{
    int n =
        snprintf(out, size, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", secure ? AUTH_COOKIE_SECURE : AUTH_COOKIE,
                 token ? token : "", secure ? "; Secure" : "", token ? "" : "; Max-Age=0");
    return n > 0 && (size_t)n < size;
}

/* --- Identity */

bool auth_identity_right(struct span secret, const struct identity *who, int64_t now_s)
{
    unsigned char given[crypto_auth_hmacsha256_BYTES], made[crypto_auth_hmacsha256_BYTES];
    size_t len = 0;
    char digits[20] = "";
    if (secret.len == 0 || who->id.len == 0 || who->id.len > 200 || who->exp.len == 0 || who->exp.len > 18 ||
        who->hmac.len != 2 * sizeof given)
        return false;
    memcpy(digits, who->exp.at, who->exp.len);
    if (strspn(digits, "0123456789") != who->exp.len || strtoll(digits, NULL, 10) <= now_s)
        return false;
    if (sodium_hex2bin(given, sizeof given, who->hmac.at, who->hmac.len, NULL, &len, NULL) != 0 || len != sizeof given)
        return false;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.at, secret.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)who->id.at, who->id.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)"|", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)who->exp.at, who->exp.len);
    crypto_auth_hmacsha256_final(&state, made);
    return sodium_memcmp(made, given, sizeof made) == 0;
}

/* --- Origins */

/* Drops a port that is the scheme's own. */
static struct span without_default_port(struct span host, bool https)
{
    const char *port = https ? ":443" : ":80";
    size_t len = strlen(port);
    if (host.len > len && memcmp(host.at + host.len - len, port, len) == 0)
        host.len -= len;
    return host;
}

bool auth_origin_own(struct span origin, struct span host, bool secure)
{
    bool https = origin.len > 8 && strncasecmp(origin.at, "https://", 8) == 0;
    bool http = origin.len > 7 && strncasecmp(origin.at, "http://", 7) == 0;
    if ((!https && !http) || (http && secure) || host.len == 0)
        return false;
    size_t skip = https ? 8 : 7;
    struct span ours = without_default_port(host, https);
    struct span theirs = without_default_port((struct span){origin.at + skip, origin.len - skip}, https);
    return ours.len == theirs.len && strncasecmp(ours.at, theirs.at, ours.len) == 0;
}

bool auth_origin_allowed(struct span origin, struct span host, bool secure, size_t n, const char *const *list)
{
    if (origin.len == 0 || auth_origin_own(origin, host, secure))
        return true;
    for (size_t i = 0; i < n; i++)
        if (same_caseless(origin, list[i]))
            return true;
    return false;
}

const char *auth_origin_refusal(const char *text)
{
    const char *host = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : NULL;
    if (!host)
        return "an origin begins with https:// or http://";
    if (strlen(text) > 255)
        return "an origin is at most 255 characters long";
    if (host[0] == '\0' || host[0] == ':' || host[strcspn(host, "/?#@* \"'<>,;\\")] != '\0')
        return "an origin is scheme, host and perhaps a port, without a path, as in https://shop.example";
    return NULL;
}

/* --- Upgrades */

/* 24 characters of base64 that stand for 16 bytes. */
static bool key_right(struct span key)
{
    unsigned char bytes[16];
    size_t len = 0;
    return key.len == 24 &&
           sodium_base642bin(bytes, sizeof bytes, key.at, key.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) ==
               0 &&
           len == sizeof bytes;
}

const char *auth_upgrade_refusal(const struct upgrade *u, size_t n, const char *const *origins, int *status)
{
    *status = 400;
    if (!u->get)
        return "A websocket begins with GET.";
    if (!same_caseless(u->upgrade, "websocket"))
        return "The only upgrade here is websocket.";
    if (!same(u->version, "13")) {
        *status = 426;
        return "The only websocket version here is 13.";
    }
    if (!key_right(u->key))
        return "Sec-WebSocket-Key must be 16 bytes in base64.";
    if (!same(u->protocol, u->agent ? "firstline.agent.v1" : "firstline.visitor.v1"))
        return u->agent ? "The subprotocol must be firstline.agent.v1."
                        : "The subprotocol must be firstline.visitor.v1.";
    *status = 403;
    if (u->agent ? u->origin.len > 0 && !auth_origin_own(u->origin, u->host, u->secure)
                 : !auth_origin_allowed(u->origin, u->host, u->secure, n, origins))
        return "This origin may not connect: list it with --origin.";
    *status = 0;
    return NULL;
}

/* --- Addresses */

static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool auth_address(struct span text, struct address *out)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.len >= sizeof copy || text.len == 0)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    memcpy(out->byte, v4_prefix, sizeof v4_prefix);
    return inet_pton(AF_INET, copy, out->byte + 12) == 1 || inet_pton(AF_INET6, copy, out->byte) == 1;
}

bool auth_address_of(const struct sockaddr *from, struct address *out)
{
    memcpy(out->byte, v4_prefix, sizeof v4_prefix);
    if (from->sa_family == AF_INET)
        memcpy(out->byte + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    else if (from->sa_family == AF_INET6)
        memcpy(out->byte, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    else
        return false;
    return true;
}

static bool is_v4(const struct address *a)
{
    return memcmp(a->byte, v4_prefix, sizeof v4_prefix) == 0;
}

void auth_address_text(const struct address *a, char out[INET6_ADDRSTRLEN])
{
    if (is_v4(a))
        inet_ntop(AF_INET, a->byte + 12, out, INET6_ADDRSTRLEN);
    else
        inet_ntop(AF_INET6, a->byte, out, INET6_ADDRSTRLEN);
}

bool auth_network(const char *text, struct network *out)
{
    const char *slash = strchr(text, '/');
    struct span base = {text, slash ? (size_t)(slash - text) : strlen(text)};
    if (!auth_address(base, &out->base))
        return false;
    bool v4 = !memchr(base.at, ':', base.len);
    int most = v4 ? 32 : 128, bits = most;
    if (slash) {
        size_t len = strlen(slash + 1);
        if (len == 0 || len > 3 || strspn(slash + 1, "0123456789") != len)
            return false;
        bits = (int)strtol(slash + 1, NULL, 10);
    }
    out->bits = v4 ? bits + 96 : bits;
    return bits <= most;
}

bool auth_network_holds(const struct network *net, const struct address *a)
{
    int whole = net->bits / 8, rest = net->bits % 8;
    if (memcmp(net->base.byte, a->byte, (size_t)whole) != 0)
        return false;
    unsigned mask = rest ? (0xffu << (8 - rest)) & 0xffu : 0;
    return ((net->base.byte[whole < 16 ? whole : 15] ^ a->byte[whole < 16 ? whole : 15]) & mask) == 0;
}

bool auth_address_inside(const struct address *a)
{
    static const char *const inside[] = {"127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                         "169.254.0.0/16", "::1",        "fc00::/7",      "fe80::/10"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        struct network net;
        if (auth_network(inside[i], &net) && auth_network_holds(&net, a))
            return true;
    }
    return false;
}

static bool trusts(size_t n, const struct network *trusted, const struct address *a)
{
    for (size_t i = 0; i < n; i++)
        if (auth_network_holds(&trusted[i], a))
            return true;
    return false;
}

struct address auth_client(const struct address *peer, struct span forwarded_for, size_t n,
                           const struct network *trusted)
{
    struct address found = *peer;
    while (forwarded_for.len && trusts(n, trusted, &found)) {
        size_t begin = forwarded_for.len;
        while (begin > 0 && forwarded_for.at[begin - 1] != ',')
            begin--;
        struct address next;
        struct span last = {forwarded_for.at + begin, forwarded_for.len - begin};
        if (!auth_address(trimmed(last), &next))
            break;
        found = next;
        forwarded_for.len = begin > 0 ? begin - 1 : 0;
    }
    return found;
}

bool auth_forwarded_https(const struct address *peer, struct span proto, size_t n, const struct network *trusted)
{
    return trusts(n, trusted, peer) && same_caseless(trimmed(proto), "https");
}

/* --- Login attempts */

void auth_attempts_init(struct attempts *a)
{
    memset(a, 0, sizeof *a);
    randombytes_buf(a->salt, sizeof a->salt);
}

/* The key's slot among a few neighbours, or the one of them that is oldest. */
static struct attempt *attempt_slot(struct attempts *a, uint64_t key)
{
    struct attempt *oldest = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        struct attempt *s = &a->slot[(key + i) % AUTH_ATTEMPTS_SLOTS];
        if (s->key == key)
            return s;
        if (!oldest || s->since_ms < oldest->since_ms)
            oldest = s;
    }
    *oldest = (struct attempt){.key = key};
    return oldest;
}

uint32_t auth_attempt(struct attempts *a, char kind, struct span key, uint32_t most, int64_t now_ms)
{
    unsigned char hash[crypto_shorthash_BYTES], salt[crypto_shorthash_KEYBYTES], text[80];
    size_t len = key.len < sizeof text - 1 ? key.len : sizeof text - 1;
    text[0] = (unsigned char)kind;
    memcpy(text + 1, key.at, len);
    memcpy(salt, a->salt, sizeof salt);
    crypto_shorthash(hash, text, len + 1, salt);
    uint64_t number = 0;
    memcpy(&number, hash, sizeof number);
    struct attempt *s = attempt_slot(a, number | 1); /* 0 is an empty slot */
    if (s->count == 0 || now_ms - s->since_ms >= MINUTE_MS || now_ms < s->since_ms) {
        s->since_ms = now_ms;
        s->count = 0;
    }
    if (s->count >= most)
        return (uint32_t)((MINUTE_MS - (now_ms - s->since_ms) + 999) / 1000);
    s->count++;
    return 0;
}
