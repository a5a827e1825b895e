internal import Glibc

/// Threads of this module: detached, with every signal blocked, so that a closed pipe is an error
/// of `write` and SIGTERM goes to a thread that expects it.
enum LogThread {
  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  static func start(_ body: @escaping @Sendable () -> Void) throws(LogError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // The thread owns the box from here on; where it does not start, it is taken back.
    let start = Unmanaged.passRetained(Start(body))
    var thread = pthread_t()
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    // A thread inherits its maker's mask: block first, so that there is no moment without.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, start.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    if result != 0 {
      start.release()
      throw .threadUnavailable(reason: SystemError.text(result))
    }
  }
}
