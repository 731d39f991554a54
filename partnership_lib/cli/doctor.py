"""``doctor``: what is in use, and whether it is safe."""

from __future__ import annotations

from partnership_lib.cli.call import Call, command, main


@command(main, "doctor")
def doctor(call: Call) -> int:
    """Say what is in use (Python, packages, folders, database) and whether its settings are safe."""
    from partnership_lib.doctor import examine

    findings = examine(call.open, call.language)
    errors = sum(finding["severity"] == "error" for finding in findings)
    for finding in findings:
        call.say("doctor_finding", **finding)
        if finding["remedy"]:
            call.say("doctor_remedy", **finding)
    call.say("doctor_not_ok" if errors else "doctor_ok", errors=errors)
    call.answer({"findings": findings, "ok": not errors})
    return 1 if errors else 0
