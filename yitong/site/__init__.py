"""site: the composition root, the only place that knows every context.

Owns: settings and their environment (`env`, `settings`), the embedded database (`postgres`, `database`), where pages
lie (`urls`, `api`), base templates and static files, who listens to whose events (`wiring`), set-up (`setup_steps`),
the launcher and its parts (`launcher`, `child`, `gunicorn_conf`), the command line (`cli`), interface strings
(`messages`), the demonstration city (`demo`).

Does not own: any business rule, any table.

Words: a *part* is a supervised process of the launcher; a *step* is a piece of set-up with a stamp that says which
inputs it was done for; the *data folder* (YITONG_VAR) holds everything written at run time.

Invariants: one launcher per data folder; no part outlives its launcher; a start after kill -9 of anything needs no
hand; pure commands import no framework.
"""
