/* `firstline doctor`: versions, Redis, durability, rights, limits: one line each, ok or weak and why. */
#ifndef FIRSTLINE_GATEWAY_DOCTOR_H
#define FIRSTLINE_GATEWAY_DOCTOR_H

struct doctor_place {
    const char *redis_url; /* as console_open takes it */
    const char *site;
    const char *listen; /* "127.0.0.1:8080" */
};
/* 0 = nothing is broken (weak points may be listed), 1 = something is. */
int doctor(const struct doctor_place *place);
#endif
