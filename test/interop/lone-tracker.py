"""lone-tracker.py ADDRESS PORT PEER-ADDRESS PEER-PORT: a tracker that knows of one peer, whoever asks."""
import http.server
import socket
import struct
import sys

address, port, peer_address, peer_port = sys.argv[1:]
peer = socket.inet_aton(peer_address) + struct.pack(">H", int(peer_port))


class Tracker(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"d8:intervali1800e5:peers%d:%se" % (len(peer), peer)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer((address, int(port)), Tracker)
print("listening", flush=True)
server.serve_forever()
