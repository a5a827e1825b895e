internal import Glibc

/// The buffer between callers and the writer's thread.
///
/// Unchecked: every stored `var` is only touched with `mutex` held; mutex and conditions have
/// addresses that stay the same until the last reference is gone; the thread holds a reference.
final class LogSinkCore: @unchecked Sendable {
  private struct Frame {
    let count: UInt32
    let tag: UInt16
    let channels: LogChannel
  }

  private struct Batch {
    var bytes: [UInt8] = []
    var frames: [Frame] = []
  }

  private struct Tally {
    var written: UInt64 = 0
    var dropped: UInt64 = 0
    var droppedByTag: [UInt64]
  }

  /// The writer rests so long after waking, so that lines come in batches and wakes are few.
  private static let gatherMicroseconds: UInt32 = 5000

  private let outputs: [LogOutput]
  private let capacityBytes: Int
  private let tags: Int
  private let directory: LogDirectory?
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let hasWork: UnsafeMutablePointer<pthread_cond_t>
  private let hasWritten: UnsafeMutablePointer<pthread_cond_t>

  private var pending = Batch()
  private var tallies: [Tally]
  private var isWriterWaiting = false
  private var isReopening = false
  private var isStopping = false
  private var appended: UInt64 = 0
  private var handled: UInt64 = 0
  private var flushers = 0

  init(
    outputs: [LogOutput], capacityBytes: Int, tags: Int, directory: LogDirectory?
  ) throws(LogError) {
    self.outputs = outputs
    self.capacityBytes = capacityBytes
    self.tags = min(tags, Int(UInt16.max) + 1)
    self.directory = directory
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    hasWork = .allocate(capacity: 1)
    hasWork.initialize(to: pthread_cond_t())
    hasWritten = .allocate(capacity: 1)
    hasWritten.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(hasWork, &attributes)
    pthread_cond_init(hasWritten, &attributes)
    pthread_condattr_destroy(&attributes)
    let droppedByTag = [UInt64](repeating: 0, count: self.tags)
    tallies = outputs.map { _ in Tally(droppedByTag: droppedByTag) }
  }

  deinit {
    pthread_cond_destroy(hasWork)
    pthread_cond_destroy(hasWritten)
    pthread_mutex_destroy(mutex)
    hasWork.deallocate()
    hasWritten.deallocate()
    mutex.deallocate()
  }

  func openWriters() throws(LogError) -> [OutputWriter] {
    var writers: [OutputWriter] = []
    for output in outputs { writers.append(try OutputWriter(output.target)) }
    return writers
  }

  func append(_ line: [UInt8], channels: LogChannel, tag: Int) -> Bool {
    let frame = Frame(
      count: UInt32(clamping: line.count), tag: UInt16(tag >= 0 && tag < tags ? tag : 0),
      channels: channels)
    pthread_mutex_lock(mutex)
    guard !isStopping, pending.bytes.count + line.count <= capacityBytes else {
      for index in outputs.indices where accepts(index, frame) { drop(frame, output: index) }
      pthread_mutex_unlock(mutex)
      return false
    }
    pending.bytes.append(contentsOf: line)
    pending.frames.append(frame)
    appended += 1
    let wakes = isWriterWaiting
    isWriterWaiting = false
    pthread_mutex_unlock(mutex)
    if wakes { pthread_cond_signal(hasWork) }
    return true
  }

  func requestReopen() {
    pthread_mutex_lock(mutex)
    isReopening = true
    isWriterWaiting = false
    pthread_mutex_unlock(mutex)
    pthread_cond_signal(hasWork)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    isStopping = true
    isWriterWaiting = false
    pthread_mutex_unlock(mutex)
    pthread_cond_signal(hasWork)
  }

  func flush(timeout: Duration) -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    let (seconds, attoseconds) = timeout.components
    let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
    deadline.tv_sec += Int(clamping: seconds) + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let target = appended
    flushers += 1
    defer { flushers -= 1 }
    while handled < target {
      if pthread_cond_timedwait(hasWritten, mutex, &deadline) == ETIMEDOUT {
        return handled >= target
      }
    }
    return true
  }

  var counts: [LogOutputCounts] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return zip(outputs, tallies).map {
      LogOutputCounts(name: $0.name, written: $1.written, dropped: $1.dropped)
    }
  }

  func dropped(tag: Int, output: Int) -> UInt64 {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard tallies.indices.contains(output), tag >= 0, tag < tags else { return 0 }
    return tallies[output].droppedByTag[tag]
  }

  /// The life of the writer's thread.
  func run(_ writers: [OutputWriter]) {
    var batch = Batch()
    while true {
      pthread_mutex_lock(mutex)
      while pending.frames.isEmpty, !isReopening, !isStopping {
        isWriterWaiting = true
        pthread_cond_wait(hasWork, mutex)
      }
      let isUrgent = isStopping || isReopening || flushers > 0
      pthread_mutex_unlock(mutex)
      if !isUrgent { usleep(Self.gatherMicroseconds) }

      pthread_mutex_lock(mutex)
      swap(&batch, &pending)
      let reopens = isReopening
      isReopening = false
      let isLast = isStopping
      pthread_mutex_unlock(mutex)

      if reopens { for writer in writers { writer.reopen() } }
      write(batch, writers)
      batch.bytes.removeAll(keepingCapacity: true)
      batch.frames.removeAll(keepingCapacity: true)
      if isLast { return }
    }
  }

  private func write(_ batch: Batch, _ writers: [OutputWriter]) {
    for (index, writer) in writers.enumerated() {
      let frames = batch.frames.filter { accepts(index, $0) }
      let lineCounts = frames.map { Int($0.count) }
      let done: Int
      if frames.count == batch.frames.count {
        done = batch.bytes.withUnsafeBytes { writer.write($0, lineCounts: lineCounts) }
      } else {
        let bytes = lines(of: batch, for: index)
        done = bytes.withUnsafeBytes { writer.write($0, lineCounts: lineCounts) }
      }
      pthread_mutex_lock(mutex)
      tallies[index].written += UInt64(done)
      for frame in frames[done...] { drop(frame, output: index) }
      pthread_mutex_unlock(mutex)
    }
    pthread_mutex_lock(mutex)
    handled += UInt64(batch.frames.count)
    pthread_cond_broadcast(hasWritten)
    pthread_mutex_unlock(mutex)
  }

  private func lines(of batch: Batch, for output: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var start = 0
    for frame in batch.frames {
      let end = start + Int(frame.count)
      if accepts(output, frame) { bytes.append(contentsOf: batch.bytes[start..<end]) }
      start = end
    }
    return bytes
  }

  private func accepts(_ output: Int, _ frame: Frame) -> Bool {
    !outputs[output].accepts.isDisjoint(with: frame.channels)
  }

  /// With the mutex held.
  private func drop(_ frame: Frame, output: Int) {
    tallies[output].dropped += 1
    tallies[output].droppedByTag[Int(frame.tag)] += 1
  }
}
