import NIOCore

/// A driver seen from outside its event loop: asks it there.
struct DriverReference: Sendable {
  private let eventLoop: any EventLoop
  private let driver: NIOLoopBound<LoopDriver>

  static func make(_ plan: LoopPlan, on eventLoop: any EventLoop) async throws -> DriverReference {
    let driver = try await eventLoop.submit {
      NIOLoopBound(LoopDriver(plan, eventLoop: eventLoop), eventLoop: eventLoop)
    }.get()
    return DriverReference(eventLoop: eventLoop, driver: driver)
  }

  func ask<Answer: Sendable>(
    _ question: @escaping @Sendable (LoopDriver) -> Answer
  ) async throws -> Answer {
    try await eventLoop.submit { question(driver.value) }.get()
  }
}
