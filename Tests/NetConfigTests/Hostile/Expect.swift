import Testing

/// What the fuzz targets' own checks do in a test.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { Issue.record("\(message())") }
}
