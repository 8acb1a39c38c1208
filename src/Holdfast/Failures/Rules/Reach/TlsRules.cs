namespace Holdfast.Failures;

/// <summary>
/// TLS as OpenSSL, GnuTLS, BoringSSL, NSS, Schannel, Secure Transport, Go, Java, rustls, node and .NET word it. What
/// does not verify today will not verify in a second, so these are permanent.
/// </summary>
internal static class TlsRules
{
    internal const string Text = $"""
        tls.verify connection 85 permanent
        : certificate verify failed
        : certificate_verify_failed
        : certificate verification failed
        : peer certificate cannot be authenticated
        : certificate is not trusted
        : certificate has expired
        : certificate is not yet valid
        : expired certificate
        : certificate ... expired
        : invalid peer certificate
        : unknownissuer
        : notvalidforname
        : certexpired
        : certnotvalidforname
        : unknown ca
        : unknown certificate authority
        : signed by unknown authority
        : certificate is valid for ... not
        : self signed certificate
        : unable to get issuer certificate
        : unable to get local issuer certificate
        : unable to verify the first certificate
        : err_cert_*
        : ssl_error_bad_cert_domain
        : sec_error_unknown_issuer|sec_error_expired_certificate
        : no subject alternative names|dns
        : doesn't match ... certificate|subjectaltname
        : hostname ... doesn't match
        : hostname mismatch
        : does not match certificate's
        : pkix path
        : unable to find valid certification path
        : certpathvalidatorexception
        : certificateexception
        : sslpeerunverifiedexception
        : trust relationship for the ssl
        : remotecertificatenamemismatch|remotecertificatechainerrors|remotecertificatenotavailable
        : untrustedroot|partialchain
        : remote certificate is invalid
        : remote certificate was rejected
        : error setting certificate verify locations
        : error setting certificate file
        : could not load pem client certificate
        : could not load client certificate
        : unable to load client|ca key|cert|certificate
        : cannot verify ... certificate
        : sslcertverificationerror
        : cert_e_untrustedroot
        : sec_e_untrusted_root|sec_e_cert_expired|sec_e_wrong_principal
        : tls failed to verify
        : certificate required
        : certificate signed by
        : bad certificate
        : hsts
        : problem confirming the ssl certificate
        > {FailureDefaults.BadCertificate}
        + error: invalid peer certificate: UnknownIssuer
        + javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path
        + ERROR: cannot verify 127.0.0.1's certificate, issued by ‘CN=localhost’:
        - info: renewed the certificate, valid for 90 days

        tls.handshake connection 83 permanent
        : wrong version number
        : unsupported protocol
        : no protocols available
        : unsupported ssl|tls version
        : protocol version not supported
        : alert protocol version
        : alert handshake failure
        : received fatal alert
        : fatal alert received
        : handshake_failure
        : protocol_version
        : no shared cipher
        : no cipher suites in common
        : no ciphers available
        : dh key too small
        : ee key too small
        : ca md too weak
        : unsafe legacy renegotiation disabled
        : unrecognized name
        : http request $
        : ssl routines ... http request
        : first record does not look like a tls handshake
        : http response to https client
        : client sent an http request to an https server
        : plain http request was sent to https port
        : unrecognized ssl message
        : plaintext connection
        : not an ssl tls record
        : packet length too long
        : record layer failure
        : received corrupt message
        : invalidcontenttype
        : corrupt message of type
        : an unexpected tls packet was received
        : epro
        : err_ssl_*
        : ssl_error_rx_record_too_long
        : cannot determine the frame size
        : frame ... corrupted
        : the handshake failed due to an unexpected packet format
        : sec_e_illegal_message|sec_e_algorithm_mismatch|sec_e_unsupported_function
        : schannel ... failed to receive handshake
        : ssl connection could not be established
        : starttls ... not supported
        : no matching host key type|key exchange|cipher|mac found
        : no matching key exchange method found
        : unable to negotiate
        : ssh_exchange_identification invalid
        : protocol mismatch
        : could not agree
        : alpn ... mismatch
        ! reset
        ! timed out
        ! scheme
        > the port speaks no TLS, or another version of it
        + curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure
        + Unable to negotiate with 10.0.0.9 port 22: no matching host key type found. Their offer: ssh-rsa
        + error: received corrupt message of type InvalidContentType
        - ok: TLS handshake completed in 12 ms

        tls.cut connection 76
        : ssl_error_syscall ... errno 104
        : tls connection was non properly terminated
        : error decoding the received tls packet
        : unexpected eof while reading
        : eof occurred in violation of protocol
        : sslv3 alert bad record mac
        : decryption failed or bad record mac
        : gnutls recv|send error
        : gnutls_handshake failed
        : ssl_read
        : ssl_write
        : ssleoferror
        : remote host terminated the handshake
        : remote host closed connection during handshake
        : tls handshake eof
        : tls handshake timeout
        : ssl connection has been closed unexpectedly
        : unexpected end of file ssl
        : client network socket disconnected before secure tls connection
        ! tls handshake timeout
        ! verify failed
        > something between closed the connection; try again
        + error: GnuTLS recv error (-110): The TLS connection was non-properly terminated.
        + Error: Client network socket disconnected before secure TLS connection was established
        - OpenSSL: ssl library loaded
        """;
}
