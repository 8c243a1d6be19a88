"""What a client program starts as a browser: `browser.py PORT URL` tells the test's one."""

import sys
from http.client import HTTPConnection
from urllib.parse import urlencode

port, url = sys.argv[1:]
HTTPConnection("127.0.0.1", int(port), timeout=30).request("GET", f"/?{urlencode({'url': url})}")
