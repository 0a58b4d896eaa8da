"""What the features of one workspace read from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.access.permissions import PermissionService
from bot.access.visibility import AccountResolver, VisibilityService
from bot.postpost.directory import AccountDirectory
from bot.postpost.post_catalog import PostCatalog
from bot.postpost.statistics import StatisticsClient
from bot.reports.fetch import ReportFetcher
from bot.reports.goals import GoalFetcher
from bot.slack.people import PeopleDirectory
from bot.statistics.metrics import RateBasis
from bot.storage.cached import CachedGroups
from bot.storage.post_figures import PostFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """A workspace's figures, accounts, posts and people, and who may see what."""

    statistics: StatisticsClient
    figures: ReportFetcher
    goals: GoalFetcher
    accounts: AccountDirectory
    posts: PostCatalog
    #: Figures of posts, for as long as they may be kept.
    remembered: PostFigures
    groups: CachedGroups
    people: PeopleDirectory
    permissions: PermissionService
    visibility: VisibilityService
    account_resolver: AccountResolver
    basis: RateBasis
    #: Whether an account's own figures are left out of what is said about several.
    totals_only: bool
    clock: Callable[[], datetime]

    def quota_is_low(self, platform_id: str) -> bool:
        """Whether an account's remaining LinkedIn calls are kept for people's questions."""
        return self.statistics.calls.is_low(platform_id)

    def in_background(self) -> "Sources":
        """The same for background work: people's requests take precedence."""
        background = self.statistics.in_background()
        figures = ReportFetcher(
            statistics=background, accounts=self.accounts, posts=self.posts, remembered=self.remembered, basis=self.basis, clock=self.clock
        )
        return replace(self, statistics=background, figures=figures)
