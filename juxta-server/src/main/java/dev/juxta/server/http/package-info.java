/** HTTP/1.1 over Netty: connections, bodies, limits, TLS. It knows no dialect and no model. */
@NullMarked
package dev.juxta.server.http;

import org.jspecify.annotations.NullMarked;
