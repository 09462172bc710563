"""Lambda's durable executions: functions that wait for a year and remember where they were."""
