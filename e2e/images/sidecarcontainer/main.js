/** What a recorded case of upstream runs beside another container: serves port 8882 whatever PORT says. */
import { createServer } from 'node:http'

createServer((_request, response) => response.end('Yay!! multi-container works\n')).listen(8882)
