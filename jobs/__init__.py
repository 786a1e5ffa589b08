"""Background work: the Celery application and one module of jobs per subject."""
