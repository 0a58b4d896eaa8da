"""The scope that each event needs, from Slack's documentation of each event."""

EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "assistant_thread_context_changed": ("assistant:write",),
    "assistant_thread_started": ("assistant:write",),
    **dict.fromkeys(("channel_archive", "channel_left", "channel_unarchive"), ("channels:read",)),
    "entity_details_requested": (),
    "function_executed": (),
    "link_shared": ("links:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "team_access_granted": (),
    "team_access_revoked": (),
    "tokens_revoked": (),
}
"""For each event the scopes of which one is enough; an event that is not named here is never sent."""
