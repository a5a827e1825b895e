import CLinux
import Glibc

/// A joinable thread with a name, as `ps -L` shows it.
struct SystemThread: Sendable {
  private let id: pthread_t

  /// Starts the thread. The name is cut to 15 bytes, which is all Linux keeps.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(ReactorError) {
    let box = Unmanaged.passRetained(Body(name: name, run: body))
    var id = pthread_t()
    let code = pthread_create(
      &id, nil,
      { raw in
        guard let raw else { return nil }
        // Balances `passRetained`: the new thread owns the box from here.
        let body = Unmanaged<Body>.fromOpaque(raw).takeRetainedValue()
        phx_set_thread_name(body.name)
        body.run()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw ReactorError(operation: "pthread_create", errno: code)
    }
    self.id = id
  }

  /// Waits for the end; from the thread itself it only lets go.
  func join() {
    if pthread_equal(id, pthread_self()) != 0 {
      pthread_detach(id)
    } else {
      pthread_join(id, nil)
    }
  }

  /// Gives up the right to join; the thread frees itself at its end.
  func detach() {
    pthread_detach(id)
  }

  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }
}
