// The floor: nothing but Node, listening.
import http from 'node:http'

http.createServer((_, response) => void response.end('ok')).listen(Number(process.env['PORT']), '127.0.0.1')
