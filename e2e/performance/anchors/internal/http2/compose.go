package http2

import "encoding/binary"

// AppendFrame appends a frame to b.
func AppendFrame(b []byte, kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	b = append(b, byte(n>>16), byte(n>>8), byte(n), kind, flags)
	b = binary.BigEndian.AppendUint32(b, stream)
	return append(b, payload...)
}

// AppendWindowUpdate appends a WINDOW_UPDATE.
func AppendWindowUpdate(b []byte, stream, by uint32) []byte {
	return AppendFrame(b, WindowUpdate, 0, stream, binary.BigEndian.AppendUint32(nil, by))
}

// Setting is one pair of a SETTINGS frame.
type Setting struct {
	Name  uint16
	Value uint32
}

// AppendSettings appends a SETTINGS frame.
func AppendSettings(b []byte, settings ...Setting) []byte {
	var payload []byte
	for _, setting := range settings {
		payload = binary.BigEndian.AppendUint16(payload, setting.Name)
		payload = binary.BigEndian.AppendUint32(payload, setting.Value)
	}
	return AppendFrame(b, Settings, 0, 0, payload)
}

// AppendAck answers a SETTINGS or PING frame.
func AppendAck(b []byte, f Frame) []byte {
	if f.Type == Settings {
		return AppendFrame(b, Settings, Ack, 0, nil)
	}
	return AppendFrame(b, Ping, Ack, 0, f.Payload)
}
