"""The commonest syllables: what may decide over a run of two words, of which one is ASCII."""

_WORDS = """
biên biến biết biển biểu biệt bài bàn bác bán báo bên bình bóng bước bạn bản bảng bảo bất bắc bắt bằng bệnh bởi
chiếc chiến chiều chuyên chuyến chuyển chuyện chuẩn chân châu chí chính chúng chơi chưa chương chạy chất chắc
chắn chế chết chỉ chị chịu chọn chống chồng chủ chức chứng cuối cuộc càng các cách cái cán cáo câu cây còn công
cùng cũng cường cạnh cảm cảnh cấp cần cầu cộng cục của cứu cửa cực diễn diện dài dân dùng dương dưới dạy dầu dẫn
dịch dục dụng dựng giá giám giáo giúp giả giải giảm giảng giới giờ giữ giữa gái gây gói góp gần gặp gọi gồm gửi
hiểm hiểu hiện hiệu hoàn hoàng hoạch hoạt hoặc huyện hàng hành hãy hình hòa hóa hôm hơn hướng hưởng hạn hạng hải
hậu hết học hỏi hồi hội hợp hữu khiến khoảng khá khác khách khí khó không khăn khả khẩu khẳng khỏi kiến kiểm
kiện kém kết liên liệu loại luôn luận luật làm lâu lãnh lên lòng lúc lĩnh lưu lượng lại lấy lần lập lịch lớn lớp
lời lợi lửa lực miền muốn màu máy mình môi môn mùa mại mạng mạnh mất mẫu mắc mắt mặt mọi mỗi một mới mục mức
nghiên nghiệm nghiệp nghĩ nghĩa nghệ nghị ngoài ngoại nguyên nguyễn nguồn ngành ngày ngân người nhiên nhiều
nhiễm nhiệm nhiệt nhà nhân nhìn nhóm như nhưng nhạc nhất nhận nhập nhật nhằm nhỏ những nào này nâng nên nói nông
năm năng nơi nước nạn nặng nếu nổi nội nữa phiên phiếu phá pháp phát phân phép phê phí phía phòng phó phút
phương phạm phạt phải phản phần phẩm phố phụ phục phủ quyết quyền quá quân quả quản quảng quận quốc riêng rất
rằng rồi rộng soát sách sáng sát sân sơn sản sắc sống sớm sức thiết thiếu thuận thuật thuốc thuộc thành thái
tháng thân thêm thì thích thông thúc thư thương thường thấp thất thấy thần thầy thật thắng thế thể thị thống
thời thủ thứ thức thực tiên tiêu tiến tiếng tiếp tiết tiền toàn triển triệu truyền trách trái trên trình trí trò
trước trường trưởng trạng trả trần trận trẻ trị trọng trở trợ trực tuyên tuyến tuyển tuyệt tuần tuổi tài tàu tác
tâm tây tên tìm tình tích tính tôi tăng tương tướng tưởng tượng tại tạo tấn tất tập tỉnh tịch tốc tối tốt tổng
tội tới tục từng uống viên việc viện việt vài vàng vào vòng vùng văn vượt vấn vẫn vận vật vậy vọng vốn với vừa
vực xuất xuống xác xây xét xúc xảy yêu yếu ông đang đau điều điểm điện đoàn đoạn đàn đào đáng đánh đâu đây đêm
đình đóng đông đúng đăng đơn đưa đường được đại đạo đạt đảm đảng đất đấu đầu đầy đẩy đặc đặt đẹp đến đều địa
định đốc đối đồng đổi độc đội động đời đức đứng ảnh ứng
"""

FREQUENT = frozenset(_WORDS.split())
"""The 500 most frequent syllables of newspapers and comments that have three letters or more, not all ASCII."""
