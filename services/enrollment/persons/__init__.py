"""Persons (人员) and their credentials (就医凭证): the one place that knows who somebody is."""
