"""When nights run: in the store's time zone, each logical day once.

Belongs here: cron lines. Never here: what a night does.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.dagster_night import AS_OF_TAG
from orchestration.jobs import NIGHTLY, WEEKLY

_NIGHTLY_CRON = "30 2 * * *"
_WEEKLY_CRON = "30 4 * * 0"


def night_schedules(time_zone: str) -> list[dg.ScheduleDefinition]:
    """A nightly and a weekly schedule. A tick that was missed and comes late still names its own day."""
    return [_schedule(NIGHTLY, _NIGHTLY_CRON, time_zone), _schedule(WEEKLY, _WEEKLY_CRON, time_zone)]


def _schedule(job: str, cron: str, time_zone: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=job,
        job_name=job,
        cron_schedule=cron,
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"The job {job} in the store's time zone, about the day that has ended there.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        # The tick comes in the store's zone, and the night is about the day that has ended there.
        day = (context.scheduled_execution_time.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=1)).isoformat()
        return dg.RunRequest(run_key=f"{job}-{day}", tags={AS_OF_TAG: day})

    return tick
