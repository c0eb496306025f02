module canned-server

go 1.21
