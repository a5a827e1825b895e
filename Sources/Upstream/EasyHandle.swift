import CCurl
import Glibc

/// A libcurl easy handle, set up once for our callbacks and again for every request.
///
/// Every option that differs between requests is set in `configure`, so nothing of one request
/// stays for the next. Owns the handle and its lists; libcurl copies strings and the body.
final class EasyHandle {
  let handle: UnsafeMutableRawPointer
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var addressList: UnsafeMutablePointer<curl_slist>?

  init?(sockets: SocketTable, settings: UpstreamSettings) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    // libcurl must neither touch signals nor ask the environment, nor wait for a resolver thread.
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_PROXY, "")
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_TCP_NODELAY, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    // Over TLS alone, and one transfer a connection, so that limits and claims hold for both.
    let version = settings.offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
    set(CURLOPT_HTTP_VERSION, Int(version))
    set(CURLOPT_MAXAGE_CONN, Int(clamping: settings.idleLifetime.components.seconds))
    if let file = settings.certificateFile { set(CURLOPT_CAINFO, file) }
    phx_curl_set_write(handle, CURLOPT_WRITEFUNCTION, receiveBodyCallback)
    phx_curl_set_write(handle, CURLOPT_HEADERFUNCTION, receiveHeaderCallback)
    phx_curl_set_read(handle, sendBodyCallback)
    phx_curl_set_prereq(handle, beforeRequestCallback)
    phx_curl_set_opensocket(handle, openSocketCallback)
    phx_curl_set_closesocket(handle, closeSocketCallback)
    let table = Unmanaged.passUnretained(sockets).toOpaque()
    phx_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, table)
    // A connection keeps this pointer for life, whichever handle uses it later.
    phx_curl_set_pointer(handle, CURLOPT_CLOSESOCKETDATA, table)
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
    curl_slist_free_all(addressList)
  }

  /// Sets every option of one request.
  /// - Parameter addresses: numeric addresses of a host given by name; `nil` for a literal one.
  func configure(for transfer: Transfer, addresses: [String]?) {
    let request = transfer.request
    set(CURLOPT_URL, request.url)
    setMethod(request)
    setHeaders(request)
    setAddresses(addresses, transfer.target)
    let (seconds, attoseconds) = request.connectTimeout.components
    set(
      CURLOPT_CONNECTTIMEOUT_MS,
      max(1, Int(clamping: min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000)))
    set(CURLOPT_FRESH_CONNECT, transfer.needsFreshConnection ? 1 : 0)
    let pointer = Unmanaged.passUnretained(transfer).toOpaque()
    phx_curl_set_pointer(handle, CURLOPT_PRIVATE, pointer)
    phx_curl_set_pointer(handle, CURLOPT_WRITEDATA, pointer)
    phx_curl_set_pointer(handle, CURLOPT_HEADERDATA, pointer)
    phx_curl_set_pointer(handle, CURLOPT_READDATA, pointer)
    phx_curl_set_pointer(handle, CURLOPT_PREREQDATA, pointer)
  }

  /// Drops what the last request left, so that an idle handle holds no body.
  func clear() {
    phx_curl_set_pointer(handle, CURLOPT_READDATA, nil)
    phx_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, nil)
    phx_curl_set_list(handle, CURLOPT_HTTPHEADER, nil)
    phx_curl_set_list(handle, CURLOPT_RESOLVE, nil)
    phx_curl_set_pointer(handle, CURLOPT_PRIVATE, nil)
    curl_slist_free_all(headerList)
    curl_slist_free_all(addressList)
    headerList = nil
    addressList = nil
  }

  /// `errno` of the last failed connect, 0 without.
  var systemError: Int {
    var value = 0
    phx_curl_get_long(handle, CURLINFO_OS_ERRNO, &value)
    return value
  }

  private func setMethod(_ request: UpstreamRequest) {
    set(CURLOPT_NOBODY, request.method == .head ? 1 : 0)
    let sendsBody: Bool
    switch request.method {
    case .get, .head: sendsBody = false
    case .delete: sendsBody = !request.body.isEmpty
    case .post, .put, .patch: sendsBody = true
    }
    if let upload = request.upload {
      set(CURLOPT_POST, 1)
      phx_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, nil)
      phx_curl_set_offset(
        handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(upload.length ?? -1))
    } else if sendsBody {
      set(CURLOPT_POST, 1)
      phx_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      if request.body.isEmpty {
        // An empty array has no address, and without one libcurl would ask a read callback.
        set(CURLOPT_COPYPOSTFIELDS, "")
      } else {
        _ = request.body.withUnsafeBytes { body in
          phx_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, body.baseAddress)
        }
      }
    } else if request.method != .head {
      set(CURLOPT_HTTPGET, 1)
    }
    let isImplied = request.method == .get || request.method == .head || request.method == .post
    set(CURLOPT_CUSTOMREQUEST, isImplied ? nil : request.method.rawValue)
  }

  private func setHeaders(_ request: UpstreamRequest) {
    // Waiting for 100 Continue costs a round trip, or a second with servers that never say it.
    var list = curl_slist_append(nil, "Expect:")
    if let upload = request.upload, upload.length == nil {
      list = curl_slist_append(list, "Transfer-Encoding: chunked") ?? list
    }
    for header in request.headers {
      let line = header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)"
      // On failure the list is as before; a header is lost only where memory is.
      list = curl_slist_append(list, line) ?? list
    }
    phx_curl_set_list(handle, CURLOPT_HTTPHEADER, list)
    curl_slist_free_all(headerList)
    headerList = list
  }

  private func setAddresses(_ addresses: [String]?, _ target: UpstreamTarget) {
    var list: UnsafeMutablePointer<curl_slist>?
    if let addresses {
      let joined = addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
      list = curl_slist_append(nil, "\(target.host):\(target.port):\(joined)")
    }
    phx_curl_set_list(handle, CURLOPT_RESOLVE, list)
    curl_slist_free_all(addressList)
    addressList = list
  }

  private func set(_ option: CURLoption, _ value: Int) {
    phx_curl_set_long(handle, option, value)
  }

  private func set(_ option: CURLoption, _ value: String?) {
    if let value {
      phx_curl_set_string(handle, option, value)
    } else {
      phx_curl_set_string(handle, option, nil)
    }
  }
}
