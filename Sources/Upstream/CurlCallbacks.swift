import CCurl
import Glibc
import Reactor

// What libcurl calls, always on the reactor thread and from within one of our calls into it. The
// pointers are unretained: the engine holds transfers, table and itself for longer than libcurl
// knows them. No callback may call libcurl back, except for questions.

let receiveBodyCallback:
  @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
    bytes, size, count, context in
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let total = size * count
    switch transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: total)) {
    case .taken: return total
    case .pause: return Int(CURL_WRITEFUNC_PAUSE)
    // Anything but the count ends the transfer; 0 could be the count.
    case .stop: return total == 0 ? 1 : 0
    }
  }

let sendBodyCallback:
  @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
    bytes, size, count, context in
    guard let context else { return Int(CURL_READFUNC_ABORT) }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    switch transfer.upload.fill(room) {
    case .bytes(let filled): return filled
    case .pause: return Int(CURL_READFUNC_PAUSE)
    case .stop: return Int(CURL_READFUNC_ABORT)
    }
  }

let receiveHeaderCallback:
  @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
    bytes, size, count, context in
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let total = size * count
    let isFine = transfer.receiveHeaderLine(UnsafeRawBufferPointer(start: bytes, count: total))
    return isFine ? total : 0
  }

let beforeRequestCallback:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, Int32,
    Int32
  ) -> Int32 = { context, remoteAddress, localAddress, remotePort, localPort in
    guard let context, let remoteAddress, let localAddress else { return CURL_PREREQFUNC_OK }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let key = ConnectionKey(
      remoteAddress: String(cString: remoteAddress), remotePort: remotePort,
      localAddress: String(cString: localAddress), localPort: localPort)
    return transfer.mayUse(key) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
  }

let openSocketCallback:
  @convention(c) (
    UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?
  ) -> curl_socket_t = { context, _, address in
    guard let context, let address else { return CURL_SOCKET_BAD }
    return Unmanaged<SocketTable>.fromOpaque(context).takeUnretainedValue().open(address.pointee)
  }

let closeSocketCallback: @convention(c) (UnsafeMutableRawPointer?, curl_socket_t) -> Int32 = {
  context, descriptor in
  guard let context else { return close(descriptor) }
  return Unmanaged<SocketTable>.fromOpaque(context).takeUnretainedValue().close(descriptor)
}

let socketCallback:
  @convention(c) (
    UnsafeMutableRawPointer?, curl_socket_t, Int32, UnsafeMutableRawPointer?,
    UnsafeMutableRawPointer?
  ) -> Int32 = { _, descriptor, what, context, _ in
    guard let context else { return 0 }
    let table = Unmanaged<SocketTable>.fromOpaque(context).takeUnretainedValue()
    switch what {
    case CURL_POLL_IN: table.want(descriptor, .read)
    case CURL_POLL_OUT: table.want(descriptor, .write)
    case CURL_POLL_INOUT: table.want(descriptor, [.read, .write])
    default: table.want(descriptor, nil)
    }
    return 0
  }

let timerCallback:
  @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32 = {
    _, milliseconds, context in
    guard let context else { return 0 }
    let engine = Unmanaged<TransferEngine>.fromOpaque(context).takeUnretainedValue()
    engine.setTimer(milliseconds: milliseconds)
    return 0
  }
