"""What people read: timeline, comparison, report sections and the HTML page."""
