"""Every step → an entry in the trail, each bound to the one before by its digest."""
