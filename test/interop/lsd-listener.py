"""lsd-listener.py INTERFACE HASH: says `heard` when the hash comes to the group of LSD by IPv6."""
import socket
import struct
import sys

group, port = "ff15::efc0:988f", 6771
index = socket.if_nametoindex(sys.argv[1])
heard = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
heard.bind(("::", port))
member = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", index)
heard.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
while True:
    packet, sender = heard.recvfrom(2000)
    if f"Infohash: {sys.argv[2]}\r\n".encode() in packet:
        print("heard from", sender[0], flush=True)
