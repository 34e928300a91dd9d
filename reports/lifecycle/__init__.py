"""What people, the clock and faults may ask of a job: request, upload, dispatch, cancel, delete, sweep."""
