"""The client of PostPost's LinkedIn statistics API."""
