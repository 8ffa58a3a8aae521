/* The word lists of person.c; each ends with NULL. */
#ifndef FIRSTLINE_FAQ_PERSON_WORDS_H
#define FIRSTLINE_FAQ_PERSON_WORDS_H

extern const char *const person_strong[];
extern const char *const person_nouns[];
extern const char *const person_brief[];
extern const char *const person_weak[];
extern const char *const person_verbs[];
extern const char *const person_reports[];
extern const char *const person_about[];

#endif
