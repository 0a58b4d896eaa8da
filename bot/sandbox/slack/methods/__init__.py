"""The table of the Web API's methods, with the scope and the function of each."""

from bot.sandbox.slack.methods import apps, chat, conversations, files, steps, unfurls, users, views
from bot.sandbox.slack.methods.call import Method, MethodCall

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **steps.METHODS,
    **unfurls.METHODS,
    **users.METHODS,
    **views.METHODS,
}
"""Every method by its name; what is not here is answered `unknown_method`."""

__all__ = ["METHODS", "Method", "MethodCall"]
