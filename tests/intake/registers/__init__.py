"""Examine the importer with registers as offices keep them: many layouts of one truth.

``truth`` is what the offices know, ``grids`` draws sheets, ``layouts`` are the forms, ``cases`` the
workbooks with what is expected of each, ``judging`` holds what arrived against the truth, ``score``
prints the marks. Nothing here looks into the importer but at what ``check`` says.
"""
