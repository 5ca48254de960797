"""What keeps the employee healthy: doctor, backup, metrics, secrets.

Not here: anything that a task needs on its way from Inbox/ to Done/. Without this package the main job
still runs.
"""
