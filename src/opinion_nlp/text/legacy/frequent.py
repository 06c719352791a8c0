"""The commonest syllables: what tells two readings apart that both can be spelt."""

_WORDS = """
biên biến biết biển biểu biệt bà bài bàn bác bán báo bé bên bình bí bóng bước bạn bản bảng bảo bất bắc bắt bằng
bệnh bị bỏ bố bộ bởi chiếc chiến chiều chuyên chuyến chuyển chuyện chuẩn chân châu chí chính chúng chơi chưa
chương chạy chất chắc chắn chế chết chỉ chị chịu chọn chống chồng chủ chức chứng cuối cuộc cà càng cá các cách
cái cán cáo câu cây còn có cô công cùng cũng cơ cường cạnh cả cảm cảnh cấp cần cầu cố cổ cộng cụ cục của cứ cứu
cử cửa cực diễn diện dài dân dù dùng dương dưới dạy dầu dẫn dễ dịch dục dụng dự dựng giá giám giáo giúp giả giải
giảm giảng giống giới giờ giữ giữa gái gây gì gói góp gần gặp gọi gồm gửi hiểm hiểu hiện hiệu hoàn hoàng hoạch
hoạt hoặc huyện hà hàn hàng hành hãy hình hòa hóa hôm hơn hướng hưởng hạ hạn hạng hải hậu hết hệ họ học hỏi hồ
hồi hỗ hộ hội hợp hữu khiến khoảng khá khác khách khí khó không khăn khả khẩu khẳng khỏi kiến kiểm kiện kém ký
kế kết kể kỳ kỷ kỹ liên liệu loại luôn luận luật là làm lâu lãnh lê lên lòng lúc lý lĩnh lưu lượng lại lấy lần
lập lễ lệ lịch lớn lớp lời lợi lửa lực miền muốn mà màu máy mình mô môi môn mùa mại mạng mạnh mất mẫu mắc mắt
mặt mẹ mọi mỗi một mới mở mục mức mỹ nghiên nghiệm nghiệp nghĩ nghĩa nghệ nghị ngoài ngoại nguyên nguyễn nguồn
ngành ngày ngân người nhiên nhiều nhiễm nhiệm nhiệt nhà nhân nhìn nhóm như nhưng nhạc nhất nhận nhập nhật nhằm
nhỏ những nào này nâng nên nó nói nông năm năng nơi nước nạn nặng nếu nền nổi nội nữ nữa phiên phiếu phá pháp
phát phân phép phê phí phía phòng phó phú phút phương phạm phạt phải phản phần phẩm phố phụ phục phủ quyết quyền
quá quân quả quản quảng quận quốc riêng rõ rất rằng rồi rộng soát sách sáng sát sân sĩ sơ sơn sản sắc sẽ số sống
sớm sở sức sử sự thiết thiếu thiện thuận thuật thuốc thuộc thành thái tháng thân thêm thì thích thông thúc thư
thương thường thấp thất thấy thần thầy thật thắng thế thể thị thống thời thủ thứ thức thực tiên tiêu tiến tiếng
tiếp tiết tiền toàn triển triệu truyền trách trái trên trình trí trò trước trường trưởng trạng trả trần trận trẻ
trị trọng trở trợ trực tuyên tuyến tuyển tuyệt tuần tuổi tài tàu tác tâm tây tên tìm tình tích tính tôi tăng tư
tương tướng tưởng tượng tại tạo tấn tất tập tế tỉnh tịch tố tốc tối tốt tổ tổng tội tới tục từ từng tử tự tỷ
uống viên việc viện việt và vài vàng vào vì vòng vô vùng văn vũ vượt vấn vẫn vận vật vậy về vệ vị vọng vốn với
vợ vụ vừa vực xuất xuống xác xây xã xét xúc xảy xử yêu yếu án áp âm ít ông ăn đa đang đau đi điều điểm điện đoàn
đoạn đà đàn đào đá đáng đánh đâu đây đã đêm đình đó đóng đô đông đúng đăng đơn đưa đường được đại đạo đạt đảm
đảng đảo đất đấu đầu đầy đẩy đặc đặt đẹp đến đề đều để địa định đốc đối đồ đồng đổi độ độc đội động đời đủ đức
đứng ảnh ấn ấy ủy ứng
"""

FREQUENT = frozenset(_WORDS.split())
"""The 600 most frequent syllables of newspapers and comments of two letters or more, those all in ASCII left out."""
