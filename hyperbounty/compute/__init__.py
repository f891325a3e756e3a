"""Where work is done: in this process, in processes of this machine, or on a Ray cluster.

An `Executor` runs groups of tasks with limits and tells progress and results. It knows nothing of the work itself: its
user gives a function that prepares a worker (`work.Prepare`). Training specs is one such work (`training`).
"""
