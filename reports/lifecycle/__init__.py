"""What people, the clock and faults may ask of a job: request, upload, deliver, dispatch, cancel, delete, sweep."""
