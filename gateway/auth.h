/* Who may do what: tokens, passwords, cookies, signed identity, origins, client addresses, login limits. No sockets, no
 * clock: everything comes in as a parameter. */
#ifndef FIRSTLINE_GATEWAY_AUTH_H
#define FIRSTLINE_GATEWAY_AUTH_H
#include "router/router.h"
#include <netinet/in.h>

/* Once, before anything else here. False when the machine gives no random bytes. */
bool auth_start(void);

/* --- Tokens: 24 random bytes as 32 characters of base64url (visitor, session, invite). */
#define AUTH_TOKEN_LEN 32
void auth_token_new(char out[AUTH_TOKEN_LEN + 1]);
bool auth_token_valid(struct span token);
/* What Redis sees instead of a session or invite token: sha256 as 64 hex digits. */
void auth_token_hash(struct span token, char out[65]);
/* What Redis sees instead of a visitor's token: the first 32 of them. */
void auth_visitor_id(struct span token, char out[33]);

/* --- Passwords (argon2id). Hashing and checking take tens of ms and 19 MiB: never on the loop. */
#define AUTH_PASSWORD_MIN 10
#define AUTH_PASSWORD_MAX 128 /* bytes */
#define AUTH_HASH_SIZE 128
/* NULL when fine, else a sentence for the one who chose it. */
const char *auth_password_refusal(struct span password);
bool auth_password_hash(struct span password, char out[AUTH_HASH_SIZE]);
/* `hash` "" takes the same time and is never right: an unknown name must not answer faster. */
bool auth_password_right(const char *hash, struct span password);

/* --- `Authorization: Basic`: user and password, copied and NUL-terminated; false unless well formed. */
struct basic {
    char user[65], password[AUTH_PASSWORD_MAX + 1];
    size_t user_len, password_len;
};
bool auth_basic(struct span header, struct basic *out);
/* Wipes it. */
void auth_basic_forget(struct basic *b);

/* --- Agent ids: [a-z0-9_.-]{1,32} */
bool auth_agent_id(struct span id);

/* --- The session cookie. */
#define AUTH_COOKIE "firstline"
#define AUTH_COOKIE_SECURE "__Host-firstline"
/* The token in a Cookie header; with `secure` only the __Host- name counts. False when missing or malformed. */
bool auth_cookie(struct span header, bool secure, struct span *token);
/* A Set-Cookie value that sets (token) or clears (NULL) it; false when `size` is too small (128 is enough). */
bool auth_cookie_header(const char *token, bool secure, char *out, size_t size);

/* --- Identity signed by the shop: hmac = hex of HMAC-SHA256(secret, id "|" exp), exp in seconds since the epoch. */
struct identity {
    struct span id, exp, hmac;
};
bool auth_identity_right(struct span secret, const struct identity *who, int64_t now_s);

/* --- Origins. `host` is the Host header; `secure` says whether the client came by TLS as far as we know. */
/* Our own: same host and port; https is right even where we see plain http (a TLS proxy in front). */
bool auth_origin_own(struct span origin, struct span host, bool secure);
/* Our own, or listed ("https://shop.example", exactly, but for letter case). A missing Origin (length 0) is allowed:
 * every browser sends one, and whoever is no browser can send any. */
bool auth_origin_allowed(struct span origin, struct span host, bool secure, size_t n, const char *const *list);
/* NULL when `text` can be listed by --origin, else a sentence. */
const char *auth_origin_refusal(const char *text);

/* --- A websocket upgrade request, as it came. */
struct upgrade {
    struct span upgrade, version, key, protocol, origin, host;
    bool get, agent, secure;
};
/* NULL when allowed, else the reason; *status is the HTTP status to refuse with. An agent's Origin must be our own. */
const char *auth_upgrade_refusal(const struct upgrade *u, size_t n, const char *const *origins, int *status);

/* --- Client addresses, IPv4 as v4-mapped IPv6. */
struct address {
    unsigned char byte[16];
};
struct network {
    struct address base;
    int bits; /* 0 … 128 */
};
bool auth_address(struct span text, struct address *out);
bool auth_address_of(const struct sockaddr *from, struct address *out);
void auth_address_text(const struct address *a, char out[INET6_ADDRSTRLEN]);
/* "10.0.0.0/8", "::1", "2001:db8::/32" */
bool auth_network(const char *text, struct network *out);
bool auth_network_holds(const struct network *net, const struct address *a);
/* Loopback, private (RFC 1918, fc00::/7) or link-local. */
bool auth_address_inside(const struct address *a);
/* The client's address: the peer, unless the peer is a trusted proxy: then the last address of X-Forwarded-For that is
 * not a trusted proxy itself. */
struct address auth_client(const struct address *peer, struct span forwarded_for, size_t n,
                           const struct network *trusted);
/* True when the peer is trusted and its X-Forwarded-Proto is https. */
bool auth_forwarded_https(const struct address *peer, struct span proto, size_t n, const struct network *trusted);

/* --- Login attempts: at most `most` in a minute per key (an address, a name); keys share a fixed table, and when it is
 * full of recent keys the oldest gives way. */
#define AUTH_ATTEMPTS_SLOTS 4096
struct attempts {
    struct attempt {
        uint64_t key;
        int64_t since_ms;
        uint32_t count;
    } slot[AUTH_ATTEMPTS_SLOTS];
    uint64_t salt[2];
};
void auth_attempts_init(struct attempts *a);
/* Counts one; 0 = go on, else the seconds to wait. */
uint32_t auth_attempt(struct attempts *a, char kind, struct span key, uint32_t most, int64_t now_ms);
#endif
