"""What looks at pictures. Imported by ``reading_process`` alone: OpenCV and the text models take some 400 MB of memory, which
neither the web processes nor the worker should carry.
"""
