internal import Glibc

/// The `process_*` families every Prometheus client exports, read from `/proc/self`.
package enum ProcessMetrics {
  /// Registers them; each is read at the scrape.
  package static func register(in registry: MetricsRegistry) throws(MetricsError) {
    try registry.callback(
      "process_cpu_seconds_total", help: "Total user and system CPU time spent in seconds.",
      kind: .counter
    ) { _ in cpuSeconds().map { [CallbackSample($0)] } ?? [] }
    try registry.callback(
      "process_open_fds", help: "Number of open file descriptors."
    ) { _ in openDescriptors().map { [CallbackSample($0)] } ?? [] }
    try registry.callback(
      "process_max_fds", help: "Maximum number of open file descriptors."
    ) { _ in maxDescriptors().map { [CallbackSample($0)] } ?? [] }
    try registry.callback(
      "process_virtual_memory_bytes", help: "Virtual memory size in bytes."
    ) { _ in memoryBytes(field: 0).map { [CallbackSample($0)] } ?? [] }
    try registry.callback(
      "process_resident_memory_bytes", help: "Resident memory size in bytes."
    ) { _ in memoryBytes(field: 1).map { [CallbackSample($0)] } ?? [] }
    try registry.callback(
      "process_threads", help: "Number of operating system threads."
    ) { _ in threads().map { [CallbackSample($0)] } ?? [] }
    let started = startSeconds()
    try registry.callback(
      "process_start_time_seconds", help: "Start time of the process since 1970 in seconds."
    ) { _ in started.map { [CallbackSample($0)] } ?? [] }
  }

  /// User and system time of the process so far.
  package static func cpuSeconds() -> Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func openDescriptors() -> Double? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Not `.`, not `..`, not the descriptor that reads the directory.
    return Double(max(0, count - 3))
  }

  private static func maxDescriptors() -> Double? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return limit.rlim_cur == UInt.max ? .infinity : Double(limit.rlim_cur)
  }

  /// `/proc/self/statm`: pages in all, pages resident.
  private static func memoryBytes(field: Int) -> Double? {
    guard let text = read("/proc/self/statm") else { return nil }
    let fields = text.split(separator: " ")
    guard field < fields.count, let pages = Double(fields[field]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func threads() -> Double? {
    guard let fields = statFields(), fields.count > 17 else { return nil }
    return Double(fields[17])
  }

  /// The fields of `/proc/self/stat` from the third on.
  private static func statFields() -> [Substring]? {
    // The program's name is in brackets and may hold blanks: count fields after the last bracket.
    guard let own = read("/proc/self/stat"), let bracket = own.lastIndex(of: ")") else {
      return nil
    }
    return own[own.index(after: bracket)...].split(separator: " ")
  }

  private static func startSeconds() -> Double? {
    guard let fields = statFields(), let machine = read("/proc/stat") else { return nil }
    guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
    let boot = machine.split(separator: "\n").first { $0.hasPrefix("btime ") }
    guard let boot, let seconds = Double(boot.dropFirst(6)) else { return nil }
    return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    // `/proc/stat` grows with the number of interrupts; `btime` comes well before this bound.
    while text.count < 1 << 20 {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count <= 0 { break }
      text.append(contentsOf: chunk[..<count])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
