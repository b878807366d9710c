"""The demonstration city 示范市: its places, officials, people, items and a year of cases; and `yitong demo`.

Everything is fictional. It is written through the commands of the contexts with instants of the past, so that events, clocks,
notices and the audit log are what a year of work would have left. The same day gives the same city; random texts that
nobody may guess (verification codes) and serials drawn by the database are the exception.

Public: ``load.load_city`` (set-up step), ``accounts`` (printed at start), ``cli`` (``yitong demo``).
"""
