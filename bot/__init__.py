"""LinkedIn statistics in Slack: rooms by what the data is at that point.

A question comes in as words and leaves as a message; each room it passes knows one kind of thing.

::

    Slack rings ─ listeners/ ─ reporter: words → Ask ─ gathering: Ask → Report ─ blocks/: Report → message ─ back to where it rang
                                 │ domain/               │ postpost/
                                 └ store/                └ the statistics API

    the clock ─── digests/: what is due becomes deliveries ─ digest_gathering ─ blocks/digest ─ posted once, settled, told

    cli          run · backup · demo · sandbox · check · manifest        digest_cli   digest list · import · export · history
    check        preflight: each check is a line
    app          where the objects meet: Settings → Bot      slack_wiring, desk_wiring, hall_wiring, digest_wiring   its parts
    server       Socket Mode, or HTTP with a guard before Bolt; health and metrics
    listeners/   Slack rings: commands, mentions, presses, shortcuts, the Home tab, links, workflow steps
    desk/        digests, alerts and goals looked after: set up, changed, listed     digest_hall, alert_hall, goal_hall   its doors
    digests/     the clock rings: the loop, delivery by the ledger's rules, the owner told
    reporter     the hall every answer passes
    gathering    an Ask's figures, put together as a Report     digest_gathering, alert_gathering, goal_gathering   theirs
    several      answers about several: compared, added up, ranked    team_gathering   their figures, asked for at once
    candidates   among which posts the best are looked for
    comparing    which posts a post can be compared with     readers   in whose notation an answer is written
    health       how everything is that all this depends on
    permissions  the gate: may this person ask that here?     sights   which accounts may they see?     whose   which one is meant?
    rosters      groups, opting out, whose account is whose
    unfurling    previews of the links that people post
    questions    what goes into the hall and what comes out
    blocks/      Block Kit, and only it
    postpost/    the statistics API, and only it
    store/       what must outlive the process
    domain/      pure values and arithmetic
    settings     every knob          manifest   manifest.yml as data
    errors       every failure, with its sentence     words.py   in each room: everything it says, so that a translation is a file
    telemetry    one line an ask     tasks   running work, drained     web_api   Slack's client
    sandbox/     a made-up Slack, a made-up statistics API and the playground: everything without an account

Imports point down (the contract in pyproject.toml); the moment is an argument everywhere below ``app``.
"""

__version__ = "0.1.0"
