"""What is planted: sizes and the parameters of every process of the simulated shop.

Belongs here: numbers a person may want to change or to recover. Never here: how they are used.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ingestion.errors import IngestionError

ORDERS_FORMATS = ("csv", "bulk")
LEAVES_DAYS_BEFORE_END = 12
SIMULATION = 3  # counts up when the same settings come to mean another shop


class SampleRefused(IngestionError):
    """A sample shop that cannot be written as asked; the text says what would do."""


@dataclass(frozen=True)
class PurchaseProcess:
    """MBG/NBD purchases (a person may leave after every purchase, the first one too) with gamma-gamma spend."""

    rate_shape: float = 1.2
    rate_scale_days: float = 60.0
    dropout_a: float = 1.2
    dropout_b: float = 2.4
    spend_p: float = 6.0
    spend_q: float = 4.0
    spend_v: float = 40.0
    slow_response_minutes: float = 240.0
    stay_multiplier_after_slow_response: float = 0.6


@dataclass(frozen=True)
class ServiceProcess:
    """Response and handling times are lognormal in business minutes: (median, sigma) by channel, factor by group."""

    channels: tuple[str, ...] = ("email", "web", "chat")
    channel_shares: tuple[float, ...] = (0.55, 0.28, 0.17)
    response_median_minutes: tuple[float, ...] = (150.0, 110.0, 6.0)
    response_sigma: tuple[float, ...] = (1.0, 0.9, 0.8)
    handling_median_minutes: tuple[float, ...] = (420.0, 360.0, 45.0)
    handling_sigma: tuple[float, ...] = (0.9, 0.9, 0.8)
    group_shares: tuple[float, ...] = (0.6, 0.3, 0.1)
    group_factors: tuple[float, ...] = (1.0, 1.3, 1.6)
    one_touch_share: float = 0.35
    reassign_share: float = 0.15
    reassign_back_share: float = 0.3
    hold_share: float = 0.1
    reopen_share: float = 0.08
    stays_open_after_reopen_share: float = 0.25
    close_after_hours: int = 96
    rating_share: float = 0.3
    good_share_fast: float = 0.9
    good_share_slow: float = 0.55


@dataclass(frozen=True)
class OrderProcess:
    """What happens to one order after it was placed."""

    refund_share: float = 0.07
    full_refund_share: float = 0.4
    refund_lag_median_days: float = 9.0
    refund_lag_sigma: float = 0.6
    longest_lag_days: int = 40
    cancelled_share: float = 0.02
    code_discount_share: float = 0.14
    automatic_discount_share: float = 0.06
    gift_card_only_share: float = 0.003
    gift_card_added_share: float = 0.006
    second_refund_share: float = 0.3
    guest_share: float = 0.15
    phone_only_guest_share: float = 0.1
    second_address_share: float = 0.03
    customerless_share: float = 0.01
    test_share: float = 0.002


@dataclass(frozen=True)
class SampleSettings:
    """One sample shop. The same settings give the same bytes."""

    orders: int
    tickets: int
    days: int
    seed: int
    end_day: date
    formats: tuple[str, ...] = ORDERS_FORMATS
    zone: str = "America/New_York"
    tax_included: bool = False
    spare_days: int = 31
    purchase: PurchaseProcess = field(default_factory=PurchaseProcess)
    service: ServiceProcess = field(default_factory=ServiceProcess)
    order: OrderProcess = field(default_factory=OrderProcess)

    def __post_init__(self) -> None:
        unknown = set(self.formats) - set(ORDERS_FORMATS)
        if unknown or not self.formats:
            raise SampleRefused(f"formats must be some of {ORDERS_FORMATS}, not {self.formats}")
        if self.orders < 50 or self.days < 30 or self.tickets < 20:
            raise SampleRefused("a sample shop needs at least 50 orders, 20 tickets and 30 days")

    @property
    def start_day(self) -> date:
        """The shop's first store-local day."""
        return self.end_day - timedelta(days=self.days - 1)

    def end_of(self, day: date) -> int:
        """The first instant (UTC epoch seconds) after the store-local day."""
        return int(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.zone)).timestamp())

    @property
    def start(self) -> int:
        """The first instant of the shop."""
        return self.end_of(self.start_day - timedelta(days=1))

    @property
    def end(self) -> int:
        """The first instant after the end day."""
        return self.end_of(self.end_day)

    @property
    def horizon(self) -> int:
        """The simulation goes on behind the end, so that further days can be appended."""
        return self.end_of(self.end_day + timedelta(days=self.spare_days))

    def generator(self, stage: int) -> np.random.Generator:
        """Each stage has its own stream, so that a change in one stage leaves the others as they are."""
        return np.random.default_rng([self.seed, stage])

    @property
    def agent_leaves_at(self) -> int:
        """When one agent loses his role: late enough that exports before it still show him at work."""
        return self.end_of(self.end_day - timedelta(days=LEAVES_DAYS_BEFORE_END)) - 6 * 3600

    @property
    def tickets_of_orders(self) -> float:
        """Three of four tickets are about an order, but no more than every second order has one."""
        return min(0.75 * self.tickets, 0.5 * self.orders)

    def as_json(self) -> dict[str, Any]:
        """For the truth document."""
        return {
            **asdict(self),
            "simulation": SIMULATION,
            "end_day": self.end_day.isoformat(),
            "formats": list(self.formats),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SampleSettings:
        """The settings of a shop that was written before; the planted processes are this version's."""
        plain = {k: values[k] for k in ("orders", "tickets", "days", "seed", "zone", "spare_days")}
        holds_tax = bool(values.get("tax_included"))
        end_day = date.fromisoformat(values["end_day"])
        return cls(end_day=end_day, formats=tuple(values["formats"]), tax_included=holds_tax, **plain)
