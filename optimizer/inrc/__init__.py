"""Instances of the First International Nurse Rostering Competition (2010), read, judged, solved."""
