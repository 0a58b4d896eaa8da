"""One file a step, each after the one it names as ``down_revision``. A step that was released never changes."""
