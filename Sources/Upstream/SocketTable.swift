import CCurl
import Glibc
import Reactor

/// What tells one open connection from another, as libcurl names it to its callbacks.
struct ConnectionKey: Hashable {
  let remoteAddress: String
  let remotePort: Int32
  let localAddress: String
  let localPort: Int32
}

/// libcurl's sockets and their watches on the Reactor.
///
/// A socket stays registered from its first use until it is closed. While no transfer uses it, it
/// must stay silent: libcurl 7.88 would hand unread bytes of an idle connection to the next request
/// as its answer, a leak between users. So an idle socket that turns readable is emptied and shut
/// down, and one about to be reused is looked at once more (`claim`).
///
/// Confined to the reactor thread. The C callbacks get an unretained pointer; the engine that owns
/// the multi handle owns this too and outlives every callback.
final class SocketTable {
  private struct Entry {
    var watch: Watch?
    var interest: Readiness = []
    /// libcurl waits for it.
    var isWanted = false
    /// The transfer that uses it; without one it is idle, or still connecting.
    var owner: UInt64?
    var key: ConnectionKey?
    /// HTTP/2: frames come while idle, and none can pass for another stream's answer.
    var isFramed = false
    /// Shut down by us, and still in libcurl's pool.
    var isDead = false
  }

  enum Claim {
    case fresh(Int32)
    case reused(Int32)
    /// Closed, or with bytes that nobody asked for.
    case unfit
    /// Not found by its addresses.
    case unknown
  }

  private let reactor: Reactor
  private let observe: @Sendable (UpstreamEvent) -> Void
  /// Tells the engine that libcurl's socket is ready.
  var ready: (Int32, Readiness) -> Void = { _, _ in }
  private var entries: [Int32: Entry] = [:]
  private var descriptors: [ConnectionKey: Int32] = [:]
  private var unsettled: [Int32] = []
  private static let strayBytesMax = 1 << 20

  init(reactor: Reactor, observe: @escaping @Sendable (UpstreamEvent) -> Void) {
    self.reactor = reactor
    self.observe = observe
  }

  /// Open sockets.
  var count: Int { entries.count }

  func tell(_ event: UpstreamEvent) {
    observe(event)
  }

  // MARK: From libcurl

  /// Makes a socket for libcurl.
  func open(_ address: curl_sockaddr) -> Int32 {
    let kind = address.socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.family, kind, address.protocol)
    if descriptor >= 0 {
      forget(descriptor)
      entries[descriptor] = Entry()
    }
    return descriptor
  }

  /// Closes a socket for libcurl.
  func close(_ descriptor: Int32) -> Int32 {
    forget(descriptor)
    return Glibc.close(descriptor)
  }

  /// libcurl waits for `interest` on a socket; for nothing where `nil`.
  func want(_ descriptor: Int32, _ interest: Readiness?) {
    guard let interest else {
      guard entries[descriptor] != nil else { return }
      entries[descriptor]?.isWanted = false
      // Whether it is idle or its transfer is paused shows only when libcurl has returned.
      unsettled.append(descriptor)
      return
    }
    entries[descriptor, default: Entry()].isWanted = true
    register(descriptor, interest)
  }

  /// A transfer is about to send its request on this connection.
  func claim(_ key: ConnectionKey, for transfer: UInt64) -> Claim {
    if let descriptor = descriptors[key], let entry = entries[descriptor] {
      guard !entry.isDead, entry.isFramed || Self.isSilent(descriptor) else {
        discard(descriptor)
        return .unfit
      }
      entries[descriptor]?.owner = transfer
      return .reused(descriptor)
    }
    let match = entries.first { descriptor, entry in
      entry.key == nil && Self.key(of: descriptor) == key
    }
    guard let descriptor = match?.key else { return .unknown }
    entries[descriptor]?.key = key
    entries[descriptor]?.owner = transfer
    descriptors[key] = descriptor
    return .fresh(descriptor)
  }

  // MARK: From the engine

  /// The connection speaks HTTP/2.
  func markFramed(_ descriptor: Int32) { entries[descriptor]?.isFramed = true }

  /// A transfer has ended: the socket it claimed is idle or closed.
  func release(_ descriptor: Int32, by transfer: UInt64) {
    // The number can belong to another connection by now.
    guard let entry = entries[descriptor], entry.owner == transfer else { return }
    entries[descriptor]?.owner = nil
    if !entry.isWanted { unsettled.append(descriptor) }
  }

  /// Call after libcurl has returned and its messages are read.
  func settle() {
    guard !unsettled.isEmpty else { return }
    let list = unsettled
    unsettled.removeAll(keepingCapacity: true)
    for descriptor in list {
      guard let entry = entries[descriptor], !entry.isWanted, !entry.isDead else { continue }
      if entry.owner == nil, entry.key != nil, !entry.isFramed {
        register(descriptor, .read)
      } else {
        // Framed: libcurl reads the frames, or finds it closed, at the next use.
        // Paused: bytes wait in the kernel, and a level-triggered watch would not let us sleep.
        unregister(descriptor)
      }
    }
  }

  func forgetAll() {
    for descriptor in Array(entries.keys) { forget(descriptor) }
  }

  // MARK: Watches

  private func turnedReady(_ descriptor: Int32, _ readiness: Readiness) {
    guard let entry = entries[descriptor] else { return }
    if entry.isWanted {
      ready(descriptor, readiness)
    } else if entry.owner == nil {
      discard(descriptor)
    } else {
      unregister(descriptor)
    }
  }

  private func register(_ descriptor: Int32, _ interest: Readiness) {
    guard let entry = entries[descriptor] else { return }
    do {
      if let watch = entry.watch {
        guard entry.interest != interest else { return }
        try reactor.modify(watch, events: interest)
      } else {
        entries[descriptor]?.watch = try reactor.watch(fd: descriptor, events: interest) {
          [weak self] readiness in self?.turnedReady(descriptor, readiness)
        }
      }
      entries[descriptor]?.interest = interest
    } catch {
      // Without a watch the transfer ends by its deadline; shutting down ends it now.
      shutdown(descriptor, Int32(SHUT_RDWR))
    }
  }

  private func unregister(_ descriptor: Int32) {
    guard let watch = entries[descriptor]?.watch else { return }
    reactor.unwatch(watch)
    entries[descriptor]?.watch = nil
    entries[descriptor]?.interest = []
  }

  private func forget(_ descriptor: Int32) {
    guard let entry = entries.removeValue(forKey: descriptor) else { return }
    if let watch = entry.watch { reactor.unwatch(watch) }
    if let key = entry.key { descriptors[key] = nil }
  }

  /// Empties an idle socket and shuts it down, so that libcurl finds it dead.
  private func discard(_ descriptor: Int32) {
    guard entries[descriptor]?.isDead == false else { return }
    var buffer = [UInt8](repeating: 0, count: 4096)
    var bytes = 0
    while bytes < Self.strayBytesMax {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else { break }
      bytes += count
    }
    shutdown(descriptor, Int32(SHUT_RDWR))
    unregister(descriptor)
    entries[descriptor]?.isDead = true
    observe(.idleConnectionDiscarded(bytes: bytes))
  }

  private static func isSilent(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
    return recv(descriptor, &byte, 1, flags) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  // MARK: Addresses

  private static func key(of descriptor: Int32) -> ConnectionKey? {
    guard let remote = name(of: descriptor, getpeername),
      let local = name(of: descriptor, getsockname)
    else { return nil }
    return ConnectionKey(
      remoteAddress: remote.address, remotePort: remote.port, localAddress: local.address,
      localPort: local.port)
  }

  private static func name(
    of descriptor: Int32,
    _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> (address: String, port: Int32)? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
      let raw = UnsafeMutableRawPointer(storage)
      guard ask(descriptor, raw.assumingMemoryBound(to: sockaddr.self), &length) == 0 else {
        return nil
      }
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      let port: UInt16
      switch Int32(storage.pointee.ss_family) {
      case AF_INET:
        var address = raw.load(as: sockaddr_in.self)
        inet_ntop(AF_INET, &address.sin_addr, &text, socklen_t(text.count))
        port = UInt16(bigEndian: address.sin_port)
      case AF_INET6:
        var address = raw.load(as: sockaddr_in6.self)
        inet_ntop(AF_INET6, &address.sin6_addr, &text, socklen_t(text.count))
        port = UInt16(bigEndian: address.sin6_port)
      default: return nil
      }
      let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return (String(decoding: bytes, as: UTF8.self), Int32(port))
    }
  }
}
